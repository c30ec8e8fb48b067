"""Work spread over processes, item by item; a crash of a library costs one item, not the run.

The processes are those of this machine or, with the address of a scheduler of Dask in the
environment (`sdmvae.runtime.cluster`), those of the workers of a cluster.
"""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, TypeVar

from sdmvae.runtime.cluster.address import scheduler_address
from sdmvae.runtime.orphans import end_with_parent

Item = TypeVar("Item")
Result = TypeVar("Result")


class Crashed(RuntimeError):
    """The process that worked on an item died; this takes the place of the item's result."""


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_processes(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int | None = None
) -> Iterator[tuple[Item, Result | Crashed]]:
    """Apply a function to items in several processes, and yield the results in order.

    Ctrl-C reaches the workers too, as they belong to the same process group. It ends them at once
    and without a traceback; this process then raises `KeyboardInterrupt`.

    Args:
        function: A function that can be pickled, and whose results can be.
        items: Items that can be pickled. At most four per process are taken ahead of the results;
            on a cluster, a few shards of items per worker.
        processes: The number of worker processes; by default, that of the processors. A cluster
            decides this by itself.

    Yields:
        Each item with the function's result. If a worker dies, the item that caused it has a
        `Crashed` instead, and all other items have their results.

    Raises:
        ClusterError: There is a cluster, and it cannot do the work.
        Exception: What the function raised for an item, when that item's turn comes.
    """
    if scheduler_address():
        from sdmvae.runtime.cluster.mapping import map_shards

        return map_shards(function, items)
    return _map_here(function, items, processes or processors())


def run_one(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function once: in this process or, on a cluster, in a process beside a worker.

    There, it is called again elsewhere if its worker ends, so it must go on from what it has done.
    Relative paths lead to the same files, and what it prints appears here, on stderr.

    Args:
        function: A function that can be pickled, and whose result can be.
        *arguments: Arguments that can be pickled.

    Raises:
        ClusterError: There is a cluster, and it cannot do the work.
        Exception: What the function raised.
    """
    if scheduler_address():
        from sdmvae.runtime.cluster.mapping import call

        return call(function, *arguments)
    return function(*arguments)


def shared_folder() -> Path | None:
    """Return where temporary files lie that workers read; None stands for any place."""
    if not scheduler_address():
        return None
    folder = Path(".dvc/tmp")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _map_here(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[tuple[Item, Result | Crashed]]:
    """Apply a function to items in several processes of this machine."""
    remaining = iter(items)
    pool = _pool(processes)
    pending: deque[tuple[Item, Future[Result]]] = deque()
    try:
        while True:
            for item in islice(remaining, 4 * processes - len(pending)):
                pending.append((item, _submit(pool, function, item)))
            if not pending:
                break
            item, future = pending.popleft()
            try:
                yield item, future.result()
            except BrokenProcessPool:
                # The pool does not say which item killed its worker. This item is tried alone; the
                # ones behind it go to a new pool.
                pool.shutdown()
                pool = _pool(processes)
                pending = deque(
                    (later, done if _succeeded(done) else _submit(pool, function, later))
                    for later, done in pending
                )
                yield item, _run_alone(function, item)
    except BaseException:  # an error, Ctrl-C, or a caller that wants no more results
        _terminate(pool)
        raise
    pool.shutdown()


def _run_alone(function: Callable[[Item], Result], item: Item) -> Result | Crashed:
    pool = _pool(1)
    try:
        return _submit(pool, function, item).result()
    except BrokenProcessPool:
        return Crashed("the process working on it died")
    finally:
        _terminate(pool)


def _terminate(pool: ProcessPoolExecutor) -> None:
    """End the workers of a pool at once, whatever they work on."""
    # A pool has no public method for this before Python 3.14.
    for process in list((pool._processes or {}).values()):
        process.terminate()
    pool.shutdown(cancel_futures=True)


def _submit(
    pool: ProcessPoolExecutor, function: Callable[[Item], Result], item: Item
) -> Future[Result]:
    # `submit` may start a worker. A Ctrl-C waits until that worker knows how to end in silence:
    # a new process inherits the blocked signal, and `_prepare_worker` unblocks it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(function, item)
    except BrokenProcessPool as error:
        future: Future[Result] = Future()
        future.set_exception(error)
        return future
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _succeeded(future: Future[Result]) -> bool:
    return future.done() and future.exception() is None


def _pool(processes: int) -> ProcessPoolExecutor:
    # Each worker has a processor to itself; threads inside it would only wait for one another.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    context = _start_method()
    forked = (os.getpid(),) if context.get_start_method() == "fork" else ()
    return ProcessPoolExecutor(
        processes, mp_context=context, initializer=_prepare_worker, initargs=forked
    )


def _start_method() -> BaseContext:
    """Choose how workers start.

    A fork starts at once, with all imported libraries in place. It copies only the thread that
    forks, so a lock that another thread holds would stay locked in the worker for ever. Where this
    process has other threads, or may have them, workers are forked from a separate server process
    that has one thread. The server imports our modules once, not each worker again.
    """
    if sys.platform == "linux" and _count_threads() == 1:
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    package = __name__.partition(".")[0]
    context.set_forkserver_preload(
        [name for name in sys.modules if name.partition(".")[0] == package]
    )
    return context


def _count_threads() -> int:
    """Count the threads of this process, those of libraries included (Linux only)."""
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def _prepare_worker(parent: int | None = None) -> None:
    if parent is not None:
        end_with_parent(parent)
    # By default SIGINT ends a process in silence. Python's own handler would print a traceback.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _keep_memory()


def _keep_memory() -> None:
    """Let this process keep up to 32 MB of freed memory for its next item.

    The C library, glibc, returns free memory to the system once there is more of it than a
    threshold, and the system must then provide it again page by page for the next item. That took
    as long as the work itself. glibc raises the threshold by itself to twice the size of the
    largest block that has been freed, so this allocates and frees one block of 16 MB.
    """
    bytes(2**24)
