"""A folder with the code of the project, and programs in it whose work is done on a cluster."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import PROJECT

# A program with its parts: it maps, or calls, `eval`, which any process can import.
PROGRAM = """
import sys
from sdmvae.runtime.messages import exit_on
from sdmvae.runtime.workers import map_processes, run_one
with exit_on():
{body}
"""


class Folder:
    """A folder with the code of the project.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        """Copy the code into a new folder."""
        self.path = path
        for package in ("sdmvae", "stages"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(PROJECT / package, path / package, ignore=ignored)
        for lock in PROJECT.glob("requirements-*.lock"):
            shutil.copy(lock, path)

    def start(self, address: str, body: str, patience: float = 120) -> "subprocess.Popen[str]":
        """Start a program; the lines of its body are Python."""
        lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(body=lines)],
            cwd=self.path,
            env={
                **os.environ,
                "SDMVAE_SCHEDULER": address,
                "SDMVAE_SCHEDULER_PATIENCE": str(patience),
            },
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, address: str, body: str, patience: float = 120) -> tuple[int, str, str]:
        """Run a program; return its status and what it prints."""
        process = self.start(address, body, patience)
        output, errors = process.communicate(timeout=300)
        return process.returncode, output, errors

    def waiting_task(self) -> str:
        """Return an expression that notes its process, and waits until there is a file `go`."""
        note = "print(__import__('os').getpid(), file=open('started', 'a'), flush=True)"
        wait = "[__import__('time').sleep(0.1) for _ in iter(lambda: P('go').exists(), True)]"
        return f"({note}, {wait}, 'finished')[-1]".replace("P(", "__import__('pathlib').Path(")

    def started(self) -> list[int]:
        """Return the processes that have worked on the waiting task."""
        path = self.path / "started"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def let_go(self) -> None:
        """Let the waiting task end."""
        (self.path / "go").touch()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with the code."""
    return Folder(tmp_path / "a project")
