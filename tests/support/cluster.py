"""A cluster of Dask whose scheduler and workers are processes of this machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from tests.support.waiting import wait_until

# Nothing of a user's configuration counts, and nobody watches over these workers.
SETTINGS = {
    "DASK_DISTRIBUTED__SCHEDULER__DASHBOARD__STATUS__TASK_STREAM_LENGTH": "10",
    "DASK_DISTRIBUTED__WORKER__DAEMON": "false",
    "DASK_CONFIG": "/nonexistent",
}
QUIET = ["--no-dashboard"]


class Cluster:
    """A scheduler and workers. Everything ends with the block.

    Attributes:
        folder: Where the logs and the files of the workers lie.
        address: The address of the scheduler.
        workers: The processes of the workers that were started.
    """

    def __init__(
        self, folder: Path, *, workers: int = 0, prefix: Sequence[str] = (), host: str = "127.0.0.1"
    ) -> None:
        """Start a scheduler and workers, and wait for them.

        Args:
            folder: An empty path for the logs and the files of the workers.
            workers: How many workers to start.
            prefix: The command by which the scheduler is started, such as one that enters a
                namespace.
            host: The address that the scheduler listens at.
        """
        folder.mkdir(parents=True)
        self.folder, self.host, self.prefix = folder, host, list(prefix)
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address, self.port = "", 0
        self.start_scheduler()
        for _ in range(workers):
            self.add_worker()
        if workers:
            self.wait_for_workers(workers)

    def start_scheduler(self) -> None:
        """Start the scheduler, at the port that it had before if it has had one."""
        log = self.folder / f"scheduler-{time.monotonic_ns()}.log"
        command = [*self.prefix, sys.executable, "-m", "distributed.cli.dask_scheduler", *QUIET]
        self.scheduler = self._start(
            [*command, "--host", self.host, "--port", str(self.port)], log, {}, self.folder
        )
        wait_until(lambda: "Scheduler at:" in log.read_text(), f"see {log}")
        (line,) = [line for line in log.read_text().splitlines() if "Scheduler at:" in line]
        self.address = line.split("Scheduler at:")[1].strip()
        self.port = int(self.address.rpartition(":")[2])

    def add_worker(
        self,
        *options: str,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        python: str = sys.executable,
    ) -> "subprocess.Popen[bytes]":
        """Start a worker with one thread, and do not wait for it."""
        number = len(self.workers)
        place = self.folder / f"worker-{number}"
        place.mkdir()
        command = [*prefix, python, "-m", "distributed.cli.dask_worker", self.address, *QUIET]
        command += ["--nthreads", "1", "--no-nanny", "--memory-limit", "0"]
        command += ["--name", str(number), "--local-directory", str(place), *options]
        process = self._start(
            command, self.folder / f"worker-{number}.log", environment or {}, place
        )
        self.workers.append(process)
        return process

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many workers have joined since the start of the scheduler."""
        wait_until(lambda: self._joined() >= count, f"see {self.folder}")

    def log(self) -> str:
        """Return all that the scheduler and the workers have printed."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """Kill all processes."""
        for process in [*self.workers, self.scheduler]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def __enter__(self) -> "Cluster":
        """Return this cluster."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill all processes."""
        self.close()

    def _joined(self) -> int:
        logs = [self.folder / f"worker-{number}.log" for number in range(len(self.workers))]
        return sum("Registered to:" in log.read_text() for log in logs)

    def _start(
        self, command: list[str], log: Path, environment: Mapping[str, str], folder: Path
    ) -> "subprocess.Popen[bytes]":
        inherited = {key: value for key, value in os.environ.items() if "SDMVAE" not in key}
        with log.open("w") as file:
            return subprocess.Popen(
                command,
                cwd=folder,
                env={**inherited, **SETTINGS, **environment},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def alive(process: int) -> bool:
    """Tell whether a process runs and is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
