"""Run stages of DVC with less work of DVC's own. This is a command, not a DVC stage.

Usage: python -m stages.dvc_repro [-s] [STAGE ...]. It does what `dvc repro` does: it runs the
stages and what they depend on, or all stages if none is named. With -s it runs these stages only.

`dvc repro` parses dvc.yaml and dvc.lock anew for every stage that is named, and writes the whole of
dvc.lock after every stage. With thousands of stages this takes longer than the stages. This command
parses the two files once, and writes dvc.lock every few seconds and at its end. When it is killed
in between, DVC's cache of runs has what dvc.lock lacks: the next run finds the outputs there.
"""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import psutil
from dvc.dvcfile import LOCK_FILE, PROJECT_FILE, load_file
from dvc.exceptions import DvcException, ReproductionError
from dvc.repo import Repo, lock_repo
from dvc.repo.reproduce import get_active_graph, plan_repro
from dvc.stage import PipelineStage
from dvc.stage.serialize import to_lockfile
from dvc.ui import ui
from dvc.utils.serialize import dumps_yaml

from sdmvae.runtime import dvc_lock_file

FAILED = 255  # the status of `dvc repro` when a stage fails
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_BETWEEN_WRITES = 5.0
# dvc.lock is written so seldom that writing takes at most this share of the time.
SHARE_OF_WRITING = 0.02


class Ended(BaseException):
    """A signal asked this process to end. Nothing that handles errors shall catch it."""


class Ending:
    """Ends this process when a signal arrives, but does not cut off DVC's own work on a stage.

    Attributes:
        number: The signal that has arrived, or 0.
    """

    def __init__(self) -> None:
        """Take over the signals that end a process."""
        self.number, self.is_busy = 0, False
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)
        signal.signal(signal.SIGALRM, self._end_commands)

    @contextmanager
    def put_off(self) -> Iterator[None]:
        """End at the end of the block; the command that DVC runs in the block is ended at once.

        Raises:
            Ended: A signal has arrived.
        """
        self.is_busy = True
        try:
            yield
        finally:
            self.is_busy = False
            # Python's own end must not be cut off by the timer.
            signal.setitimer(signal.ITIMER_REAL, 0)
            if self.number:
                raise Ended

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.number = self.number or number
        if not self.is_busy:
            raise Ended
        # Again and again, because DVC may be about to start a command.
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.2)

    def _end_commands(self, number: int, frame: FrameType | None) -> None:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                process.terminate()


class Records:
    """The stages that have run and that dvc.lock does not have yet."""

    def __init__(self, repo: Repo) -> None:
        """Begin with no stage."""
        self.repo, self.path = repo, Path(repo.root_dir) / LOCK_FILE
        self.stages: list[PipelineStage] = []
        self.next_write = time.monotonic() + SECONDS_BETWEEN_WRITES

    def add(self, stage: PipelineStage) -> None:
        """Add a stage that has run, and write dvc.lock if it is time to."""
        self.stages.append(stage)
        if time.monotonic() >= self.next_write:
            self.write()

    def write(self) -> None:
        """Write what has been added into dvc.lock. DVC's lock must be held."""
        start = time.monotonic()
        entries = {
            stage.name: dumps_yaml({"stages": to_lockfile(stage)}).partition("\n")[2]
            for stage in self.stages
        }
        try:
            dvc_lock_file.update(self.path, entries)
        except dvc_lock_file.LockFileError:  # somebody edited it: DVC can read more than we can
            for stage in self.stages:
                stage.dump(update_pipeline=False)
        if self.stages:
            self.repo.scm_context.track_file(LOCK_FILE)
        end = time.monotonic()
        self.next_write = end + max(SECONDS_BETWEEN_WRITES, (end - start) / SHARE_OF_WRITING)
        self.stages = []


def main() -> None:
    """Run the stages that the command line names; exit with the status that `dvc repro` has."""
    parser = argparse.ArgumentParser(prog="python -m stages.dvc_repro", description=__doc__)
    parser.add_argument("-s", "--single-item", action="store_true", help="these stages only")
    parser.add_argument("stages", nargs="*", help="names of stages; without any, all")
    arguments = parser.parse_args()
    # DVC keeps the command line with each path that it locks. Thousands of names are too long.
    sys.argv[1:] = []
    ending = Ending()
    ui.enable()
    try:
        # DVC has no public name for the option --wait-for-lock of its commands.
        with Repo(_wait_for_lock=True) as repo:
            ran = reproduce(repo, arguments.stages, arguments.single_item, ending)
    except Ended:
        sys.exit(128 + ending.number)
    except DvcException:
        logging.getLogger("dvc").exception("")  # DVC prints the messages of all causes in one line
        sys.exit(FAILED)
    ui.write(f"{ran} stages have run" if ran else "Data and pipelines are up to date.")


def reproduce(repo: Repo, names: list[str], single: bool, ending: Ending) -> int:
    """Run stages, and return how many have run.

    Args:
        repo: The project.
        names: The stages; none stands for all.
        single: Leave out what the stages depend on.
        ending: Tells when to end.

    Raises:
        Ended: A signal has arrived. What had run by then is in dvc.lock.
        DvcException: A stage failed, or DVC cannot read the project.
    """
    ran = 0
    with lock_repo(repo), repo.scm_context():
        records = Records(repo)
        try:
            for stage in plan(repo, names, single):
                if reproduce_stage(stage, ending):
                    records.add(stage)
                    ran += 1
        finally:
            records.write()
    return ran


def plan(repo: Repo, names: list[str], single: bool) -> list[PipelineStage]:
    """Return the stages to run, in their order."""
    declared = load_file(repo, PROJECT_FILE).stages
    named = [declared[name] for name in names]
    if single:
        return named
    graph = get_active_graph(repo.index.graph)
    ordered: list[PipelineStage] = plan_repro(graph, named or repo.index.stages)
    return ordered


def reproduce_stage(stage: PipelineStage, ending: Ending) -> bool:
    """Run a stage if need be, and return whether it ran or came from the cache."""
    try:
        with ending.put_off():
            done = stage.reproduce()
    except Exception as error:
        raise ReproductionError(f"failed to reproduce '{stage.addressing}'") from error
    return done is not None


if __name__ == "__main__":
    main()
