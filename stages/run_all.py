"""Run the whole pipeline, several cells at once. This is a command, not a DVC stage.

Usage: python -m stages.run_all [JOBS]. DVC runs one stage after another. The cells do not depend
on one another and each needs one core, so this command shares them out to JOBS processes of DVC.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from sdmvae import params
from sdmvae.runtime.cluster.address import scheduler_address
from sdmvae.runtime.dvc_access import forget_ended
from sdmvae.runtime.locks import hold_lock
from sdmvae.runtime.messages import exit_on
from sdmvae.runtime.workers import processors

ACCESS = Path(".dvc/tmp/rwlock")
LOCK = Path(".dvc/tmp/run_all.lock")
CORPUS_LINK = Path("data/source/audio")
# It takes the place of `dvc repro`, which is too slow for many cells.
REPRO = ("python", "-m", "stages.dvc_repro")
BEFORE_THE_CELLS = ("features", "targets", "variants", "code")
OF_A_TRAINING = ("train", "resynthesize", "score", "probe")
SECONDS_TO_END = 10
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class JobsError(ValueError):
    """The number of cells to run at once cannot be used; the message is one line."""


def main() -> None:
    """Run all stages; exit with the status of the first command that fails."""
    end_on_signals()
    with exit_on(params.ParameterError, JobsError):
        jobs = count_jobs(sys.argv[1] if len(sys.argv) > 1 else "")
        with hold_lock(LOCK) as lock:
            run(jobs, lock)


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP end this process as an exit does, so that it ends its commands."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _exit_on_signal)


def count_jobs(jobs: str) -> int:
    """Return how many cells to run at once.

    An empty text stands for the number of processors or, on a cluster, of the threads of its
    workers. The cluster is looked at in any case, so that a wrong address is noticed at once.

    Raises:
        JobsError: The text is no number of cells.
        ClusterError: There is an address of a cluster, and it cannot be used.
    """
    if scheduler_address():
        from sdmvae.runtime.cluster import connection, mapping

        os.environ[connection.RUN] = f"{os.getpid()} {time.time_ns()}"
        threads = mapping.count_threads()
        jobs = jobs or str(threads)
    jobs = jobs or str(processors())
    if not jobs.isdecimal() or int(jobs) < 1:
        raise JobsError(f"JOBS: {jobs!r}: give the number of cells to run at once, at least 1")
    return int(jobs)


def run(jobs: int, lock: TextIO) -> None:
    """Run all stages of the project in the working directory.

    Args:
        jobs: How many cells to run at once.
        lock: The lock of the folder, which the commands hold as well.

    Raises:
        params.ParameterError: params.yaml is not valid.
        SystemExit: A command failed; this is its status.
    """
    params.read()
    remove_dangling_link(CORPUS_LINK)
    forget_ended(ACCESS)
    run_together([[*REPRO, *BEFORE_THE_CELLS]], lock)
    shares = deal([training.name for training in params.read().trainings], jobs)
    run_together([[*REPRO, "-s", *stages_of(share)] for share in shares], lock)
    run_together([[*REPRO]], lock)


def deal(trainings: list[str], hands: int) -> list[list[str]]:
    """Deal trainings out there and back, so that large cells, which come last, are spread."""
    order = [*range(hands), *reversed(range(hands))]
    dealt: list[list[str]] = [[] for _ in range(hands)]
    for number, training in enumerate(trainings):
        dealt[order[number % len(order)]].append(training)
    return [hand for hand in dealt if hand]


def stages_of(trainings: list[str]) -> list[str]:
    """Return the stages of some trainings, in an order in which they can run."""
    return [f"{stage}@{training}" for training in trainings for stage in OF_A_TRAINING]


def remove_dangling_link(link: Path) -> None:
    """Remove the link to a corpus that is not there any more: DVC cannot run while it dangles."""
    if link.is_symlink() and not link.exists():
        link.unlink()


def run_together(commands: list[list[str]], lock: TextIO) -> None:
    """Run commands side by side until all succeed. When one fails, stop the others and exit."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        with put_off_signals():
            for command in commands:
                # In a session of its own, a command does not see the Ctrl-C of the terminal, so
                # this process alone stops it and prints about it. The lock is held while a command
                # lives.
                running.append(
                    subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        start_new_session=True,
                        pass_fds=[lock.fileno()],
                    )
                )
        while running:
            for process in list(running):
                status = process.poll()
                if status is not None:
                    running.remove(process)
                if status:
                    sys.exit(status if status > 0 else 128 - status)
            time.sleep(0.05)
    finally:
        stop(running)


@contextmanager
def put_off_signals() -> Iterator[None]:
    """Put off signals that end this process, so that it knows every command that it has started."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)

    handlers = {number: signal.signal(number, note) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    for arrived in received:
        signal.raise_signal(arrived)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """End processes and everything that they started."""
    if processes:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    for process in processes:
        _signal_session(process, signal.SIGTERM)
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_END)
        _signal_session(process, signal.SIGKILL)
        process.wait()


def _signal_session(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _exit_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
