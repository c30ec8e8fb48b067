"""Work spread over processes, one item after another, that survives a crash of its libraries."""

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Crashed(RuntimeError):
    """The process working on an item died; it is given in place of the item's result."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_processes(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int | None = None
) -> Iterator[tuple[Item, Result | Crashed]]:
    """Yield (item, function(item)) in order of the items, a few items ahead at most.

    `function` and the items must pickle. An exception of `function` is raised here; the death of
    a worker costs only the item that causes it, whose result is then a `Crashed`.
    """
    processes = processes or processors()
    remaining = iter(items)
    pool, pending = _pool(processes), deque()
    try:
        while True:
            for item in islice(remaining, 4 * processes - len(pending)):
                pending.append((item, _submitted(pool, function, item)))
            if not pending:
                return
            item, future = pending.popleft()
            try:
                yield item, future.result()
            except BrokenProcessPool:
                pool.shutdown()
                pool = _pool(processes)
                pending = deque(
                    (each, done if _succeeded(done) else _submitted(pool, function, each))
                    for each, done in pending
                )
                yield item, _alone(function, item)
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(function: Callable[[Item], Result], item: Item) -> Result | Crashed:
    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return Crashed("the process working on it died")


def _submitted(pool, function, item):
    try:
        return pool.submit(function, item)
    except BrokenProcessPool as error:
        future = Future()
        future.set_exception(error)
        return future


def _succeeded(future: Future) -> bool:
    return future.done() and future.exception() is None


def _pool(processes: int) -> ProcessPoolExecutor:
    # Each worker has a core of its own; threads below would only get in one another's way.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    if sys.platform == "linux" and _threads() == 1:
        context = multiprocessing.get_context("fork")
    else:
        # What is imported here so far is imported once more, by the server that workers fork from.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            [name for name in sys.modules if name.partition(".")[0] == __package__]
        )
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_keep_memory)


def _keep_memory() -> None:
    """Let this process keep what it frees, up to 32 MB, for the next item.

    glibc gives back to the system what is free beyond twice the largest block freed so far, and
    to fault the pages in again took as long as the work.
    """
    bytes(2**24)


def _threads() -> int:
    """Threads of this process, a fork of which would leave all but one behind."""
    return sum(1 for _ in Path("/proc/self/task").iterdir())
