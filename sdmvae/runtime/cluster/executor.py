"""An executor in the shape of `concurrent.futures`, whose tasks run on the workers of a cluster."""

import concurrent.futures
import os
import pickle
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from sdmvae.runtime.cluster import connection, facts, remote
from sdmvae.runtime.cluster.address import ClusterError
from sdmvae.runtime.cluster.answers import DIED, DONE, FAILED, LEFT, REFUSED

Result = TypeVar("Result")

PATIENCE = "SDMVAE_SCHEDULER_PATIENCE"
SECONDS_BETWEEN_LOOKS = 1.0
DEATHS = 3
# Dask pickles `eval` by its name. So a worker with another version of Python can run this too, and
# it needs no file of the project to say that it is the wrong one.
START = "(scope := {}, exec(source, scope), scope['work'](*arguments))[-1]"


class Died(RuntimeError):
    """The processes that worked on a task died again and again; the message is one line."""


class _Task:
    """A task that is not finished, with the future of the caller and that of Dask."""

    def __init__(self, label: str, message: bytes) -> None:
        self.label, self.message = label, message
        self.future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        self.remote: Any = None
        self.workers: list[str] | None = None  # those that may do it; None stands for all
        self.deaths = 0


class ClusterExecutor(concurrent.futures.Executor):
    """Runs functions on the workers of a cluster that give the same results as this machine.

    A task whose worker ends is done by another worker. So a task may be started more than once, and
    must not mind.
    """

    def __init__(self, address: str) -> None:
        """Connect with the scheduler, and examine all workers.

        Args:
            address: The address of the scheduler.

        Raises:
            ClusterError: No scheduler answers, or no worker can be used.
        """
        self._address, self._topic = address, f"sdmvae-{secrets.token_hex(8)}"
        self._patience = float(os.environ.get(PATIENCE) or 60)
        self._source = Path(remote.__file__).read_text(encoding="utf-8")
        self._client = connection.connect(address)
        self._refused: dict[str, str] = {}
        self._threads = 1
        self._tasks: set[_Task] = set()
        self._waiting: list[_Task] = []
        self._settled: queue.Queue[tuple[_Task, Any]] = queue.Queue()
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._down_since: float | None = None
        try:
            facts.mark_folder()
            self._facts = facts.gather()
            connection.pass_lines_on(self._client, self._topic)
            if dashboard := connection.describe_dashboard(self._client):
                connection.say_once(self._client, dashboard)
            self._wait_for_workers()
        except BaseException as error:
            connection.close(self._client)
            if isinstance(error, Exception) and not isinstance(error, ClusterError):
                text = " ".join(f"{type(error).__name__}: {error}".split())
                raise ClusterError(f"the scheduler at {address}: {text}") from error
            raise
        threading.Thread(target=self._watch, name="cluster", daemon=True).start()

    @property
    def threads(self) -> int:
        """How many tasks the workers that can be used run at the same time."""
        with suppress(Exception):  # without a connection, the number of before has to do
            self._threads = max(1, sum(self._usable().values()))
        return self._threads

    def submit(
        self, function: Callable[..., Result], /, *arguments: Any, **named: Any
    ) -> "concurrent.futures.Future[Result]":
        """Let a worker call a function.

        Args:
            function: A function that can be pickled, and whose result can be.
            *arguments: Arguments that can be pickled. Of the files that they name by absolute
                paths, a worker must see those that this machine sees.
            **named: None are taken.

        Returns:
            A future. It has the result or the exception of the function, `Died`, or `ClusterError`
            if the cluster is gone.
        """
        if named:
            raise TypeError("give arguments by position")
        paths = [str(path) for path in _paths(arguments) if path.is_absolute() and path.exists()]
        work = pickle.dumps((function, arguments), protocol=5)
        task = _Task(_label(function), pickle.dumps((self._facts, paths, work), protocol=5))
        with self._lock:
            self._tasks.add(task)
            task.future.add_done_callback(lambda future: self._forget(task))
            self._send(task)
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what is not finished, and close the connection.

        Args:
            wait: Wait for the tasks that are not finished.
            cancel_futures: Cancel them first.
        """
        with self._lock:
            unfinished = [task.future for task in self._tasks]
        if cancel_futures:
            for future in unfinished:
                future.cancel()
        elif wait:
            concurrent.futures.wait(unfinished)
        self._ended.set()
        connection.close(self._client)

    def _send(self, task: _Task) -> None:
        """Give a task to the scheduler, or put it aside while there is no connection."""
        # Without a list of workers, those that join later get tasks as well.
        try:
            task.workers = list(self._usable()) if self._refused else None
            if task.workers == []:
                raise ClusterError("no worker can be used")
            sent = self._client.submit(
                eval,
                START,
                {"source": self._source, "arguments": (str(Path.cwd()), task.message, self._topic)},
                key=f"{task.label}-{secrets.token_hex(8)}",
                pure=False,
                workers=task.workers,
                allow_other_workers=False,
            )
        except Exception:  # Dask raises many kinds of them while a connection ends
            self._waiting.append(task)
            return
        task.remote = sent
        sent.add_done_callback(lambda settled: self._settled.put((task, settled)))

    def _forget(self, task: _Task) -> None:
        with self._lock:
            self._tasks.discard(task)
        if task.remote is not None:
            with suppress(Exception):  # there may be no connection
                task.remote.cancel()

    def _watch(self) -> None:
        """Take in what Dask says of tasks, and look after the connection, until the end."""
        looked = 0.0
        while not self._ended.is_set():
            with suppress(queue.Empty):
                task, settled = self._settled.get(timeout=SECONDS_BETWEEN_LOOKS)
                with suppress(concurrent.futures.InvalidStateError):  # cancelled meanwhile
                    try:
                        self._settle(task, settled)
                    except (pickle.PickleError, AttributeError, ImportError, TypeError) as error:
                        text = f"{task.label}: the answer cannot be read: {error}"
                        task.future.set_exception(ClusterError(text))
            if time.monotonic() - looked > SECONDS_BETWEEN_LOOKS:
                try:
                    self._look()
                except ClusterError as error:
                    self._fail_all(error)
                except Exception:  # the connection has ended meanwhile; the next look sees that
                    pass
                looked = time.monotonic()

    def _settle(self, task: _Task, settled: Any) -> None:
        """Take in what became of a task, and send it again if it is not done."""
        if task.future.done() or settled is not task.remote:
            return
        status = settled.status
        if status == "error":
            error = settled.exception()
            if type(error).__name__ == "KilledWorker":
                self._count_death(task, "its workers died")
            else:
                text = " ".join(f"{type(error).__name__}: {error}".split())
                task.future.set_exception(ClusterError(f"{task.label}: {text}"))
            return
        kind: str = LEFT
        value: Any = None
        worker = ""
        if status == "finished":
            with suppress(Exception):  # the worker that has the answer may be gone by now
                kind, value, worker = settled.result(timeout=self._patience)
        if kind == "answered":
            kind, value = pickle.loads(value)
        if kind == DONE:
            task.future.set_result(value)
        elif kind == FAILED:
            task.future.set_exception(value)
        elif kind == DIED:
            self._count_death(task, f"its process on {worker} died ({value})")
        else:
            if kind == REFUSED:
                self._refuse(worker, value)
            with self._lock:
                self._waiting.append(task)

    def _count_death(self, task: _Task, how: str) -> None:
        task.deaths += 1
        if task.deaths >= DEATHS:
            task.future.set_exception(Died(f"{task.label}: {how}, {DEATHS} times"))
        else:
            with self._lock:
                self._waiting.append(task)

    def _look(self) -> None:
        """Connect again if need be, and send the tasks that wait for a connection or a worker."""
        if self._client.status == "closed":
            with suppress(ClusterError):
                self._client = connection.connect(self._address, 2 * SECONDS_BETWEEN_LOOKS)
        usable: dict[str, int] = {}
        connected = self._client.status == "running"
        if connected:
            with suppress(Exception):
                usable = self._usable()
        if usable:
            self._down_since = None
            with self._lock:
                if self._waiting:
                    # A scheduler that was started again does not know the topic.
                    connection.pass_lines_on(self._client, self._topic)
                waiting, self._waiting = self._waiting, []
                for task in self._tasks - set(waiting):
                    if task.workers and not usable.keys() & set(task.workers):
                        with suppress(Exception):
                            task.remote.cancel()
                        waiting.append(task)
                for task in waiting:
                    if not task.future.done():
                        self._send(task)
            return
        if self._down_since is None:
            self._down_since = time.monotonic()
        if time.monotonic() - self._down_since > self._patience:
            self._down_since = None
            what = "has no worker that can be used" if connected else "does not answer any more"
            raise ClusterError(
                f"the scheduler at {self._address} {what}, for {self._patience:.0f} s; "
                f"{PATIENCE} sets this time, and running again goes on from what is done"
            )

    def _fail_all(self, error: ClusterError) -> None:
        with self._lock:
            tasks, self._waiting = list(self._tasks), []
        for task in tasks:
            with suppress(concurrent.futures.InvalidStateError):
                task.future.set_exception(error)

    def _usable(self) -> dict[str, int]:
        """Return the threads of each worker that was not refused."""
        threads = self._client.nthreads()
        return {
            address: count for address, count in threads.items() if address not in self._refused
        }

    def _refuse(self, worker: str, reason: str) -> None:
        self._refused[worker] = reason
        with suppress(Exception):
            connection.say_once(self._client, f"cluster: worker {worker} is refused: {reason}")

    def _wait_for_workers(self) -> None:
        """Examine the workers until there is one that can be used.

        Raises:
            ClusterError: All workers are refused, or none comes.
        """
        start = time.monotonic()
        while not (workers := list(self._client.nthreads())):
            if time.monotonic() - start > self._patience:
                raise ClusterError(
                    f"the scheduler at {self._address} has no worker, for {self._patience:.0f} s; "
                    f"{PATIENCE} sets this time"
                )
            time.sleep(SECONDS_BETWEEN_LOOKS)
        # Each task is checked again when it starts, so what is known of a worker need not last.
        place = [f"sdmvae good {facts.summarise(self._facts)}"]
        good = list(self._client.get_metadata(place, default=[]))
        unknown = [worker for worker in workers if worker not in good]
        if unknown:
            message = pickle.dumps((self._facts, [], b""), protocol=5)
            arguments = {"source": self._source, "arguments": (str(Path.cwd()), message, "")}
            found = self._client.run(eval, START, arguments, workers=unknown, on_error="return")
            for worker, answer in found.items():
                if reason := _reason_to_refuse(answer):
                    self._refuse(worker, reason)
                else:
                    good.append(worker)
            self._client.set_metadata(place, good)
        if not set(workers) - set(self._refused):
            worker, reason = next(iter(self._refused.items()))
            raise ClusterError(
                f"the scheduler at {self._address} has no worker that can be used; "
                f"the first, {worker}: {reason}"
            )


def _reason_to_refuse(answer: Any) -> str:
    """Return why a worker that was examined cannot be used; empty if it can."""
    if not isinstance(answer, tuple):  # what Dask returns for an exception
        return " ".join(f"{type(answer).__name__}: {answer}".split())
    kind, value, _ = answer
    if kind == "answered":
        kind, value = pickle.loads(value)
    if kind == LEFT:
        return "it did not answer within a minute"
    return "" if kind == DONE else str(value)


def _label(function: Callable[..., Any]) -> str:
    """Return what the dashboard calls a task."""
    inner = getattr(function, "func", function)
    return str(getattr(inner, "__name__", type(inner).__name__)).strip("_").replace("_", " ")


def _paths(value: Any) -> Iterator[Path]:
    """Yield the paths in a value and in the tuples, lists and dictionaries of it."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _paths(part)
    elif isinstance(value, dict):
        yield from _paths(list(value.values()))
