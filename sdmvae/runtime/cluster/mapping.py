"""Items spread over a cluster in shards, and one long call, on one executor for each process."""

import atexit
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future
from itertools import islice
from typing import Any, TypeVar

from sdmvae.runtime import workers
from sdmvae.runtime.cluster.address import ClusterError, scheduler_address
from sdmvae.runtime.cluster.executor import ClusterExecutor, Died

Item = TypeVar("Item")
Result = TypeVar("Result")
Outcomes = list[tuple[bool, Any]]  # for each item, whether it is a result, and it or an exception

SHARDS_PER_THREAD = 2
SMALLEST_SHARD = 8  # a shard needs a new process, whose start takes as long as several utterances
LARGEST_SHARD = 256
SHARD_OF_A_STREAM = 4

_opened: dict[tuple[int, str], ClusterExecutor] = {}


def open_executor() -> ClusterExecutor:
    """Return the executor of this process; it is closed at the end of the process.

    Raises:
        ClusterError: The cluster cannot be used.
    """
    place = os.getpid(), scheduler_address()
    if place not in _opened:
        _opened[place] = ClusterExecutor(place[1])
        atexit.register(_opened[place].shutdown, cancel_futures=True)
    return _opened[place]


def count_threads() -> int:
    """Return how many tasks the cluster runs at the same time, without staying connected.

    Raises:
        ClusterError: The cluster cannot be used.
    """
    executor = ClusterExecutor(scheduler_address())
    try:
        return executor.threads
    finally:
        executor.shutdown(cancel_futures=True)


def call(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in a process beside a worker. See `sdmvae.runtime.workers.run_one`."""
    future = open_executor().submit(function, *arguments)
    try:
        return future.result()
    except Died as error:
        raise ClusterError(str(error)) from error
    finally:
        future.cancel()


def map_shards(
    function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[tuple[Item, "Result | workers.Crashed"]]:
    """Apply a function to items on a cluster. See `sdmvae.runtime.workers.map_processes`."""
    executor = open_executor()
    remaining, pending = iter(items), deque[tuple[list[Item], Future[Outcomes]]]()
    try:
        while True:
            ahead = SHARDS_PER_THREAD * executor.threads
            size = _shard_size(items, ahead)
            while len(pending) < ahead and (shard := list(islice(remaining, size))):
                pending.append((shard, executor.submit(work_on_shard, function, shard)))
            if not pending:
                break
            shard, future = pending[0]
            try:
                outcomes = future.result()
            except Died as error:
                pending.popleft()
                if len(shard) > 1:
                    # It is not known which item it was, so each is tried by itself.
                    alone = [
                        ([item], executor.submit(work_on_shard, function, [item])) for item in shard
                    ]
                    pending.extendleft(reversed(alone))
                else:
                    yield shard[0], workers.Crashed(str(error))
                continue
            pending.popleft()
            for item, (is_result, value) in zip(shard, outcomes, strict=False):
                if not is_result:
                    raise value
                yield item, value
    finally:
        for _, future in pending:
            future.cancel()


def work_on_shard(function: Callable[[Any], Any], shard: list[Any]) -> Outcomes:
    """Apply a function to the items of a shard, on the worker.

    An item that kills its process costs only itself, as it does without a cluster.

    Args:
        function: The function.
        shard: The items.

    Returns:
        For each item whether it has a result, and the result or the exception that the function
        raised. After an exception there is nothing more.
    """
    outcomes: Outcomes = []
    try:
        outcomes.extend(
            (True, result) for _, result in workers.map_processes(function, shard, processes=1)
        )
    except Exception as error:
        outcomes.append((False, error))
    return outcomes


def _shard_size(items: Iterable[Any], ahead: int) -> int:
    if isinstance(items, Sized):
        return max(SMALLEST_SHARD, min(-(-len(items) // ahead), LARGEST_SHARD))
    return SHARD_OF_A_STREAM
