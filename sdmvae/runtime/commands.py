"""Programs such as git and DVC that are run for their answer, with their errors in one line."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path


class CommandError(RuntimeError):
    """A program failed; the message is one line."""


def run(
    *command: str | Path,
    folder: Path,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program and return what it prints.

    Args:
        *command: The program and its arguments.
        folder: The folder that it works in.
        stdin: What it reads.
        environment: Variables that are added to its environment.

    Raises:
        CommandError: It failed; the message has the last line that it printed about this.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        input=stdin,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        words = " ".join([Path(command[0]).name, *map(str, command[1:4])])
        raise CommandError(f"`{words}` in {folder}: {reason}")
    return done.stdout


def forget_git_variables() -> None:
    """Remove the variables by which git would take another repository for that of a folder.

    A hook of git sets them, for example.
    """
    for name in run("git", "rev-parse", "--local-env-vars", folder=Path()).split():
        os.environ.pop(name, None)
