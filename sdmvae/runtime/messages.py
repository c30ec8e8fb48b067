"""What a command tells its user: one line when it is done, one line when something is wrong."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NoReturn

STARTED = time.monotonic()


@contextmanager
def exit_on(*errors: type[Exception]) -> Iterator[None]:
    """Turn expected errors into one line on stderr and exit status 1.

    Errors of the file system always count as expected. Ctrl-C ends in the line "interrupted" and
    exit status 130.

    Args:
        *errors: The exceptions that the block may raise for bad parameters or bad files.
    """
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit("error: " + " ".join(f"{where}{error.strerror or error}".split()))
    except errors as error:
        sys.exit("error: " + " ".join(str(error).split()))
    except KeyboardInterrupt:
        _exit_interrupted()


def hide_interrupt_traceback() -> None:
    """Let Ctrl-C end this process in one line where no `exit_on` runs.

    A command spends its first seconds on importing libraries, outside any function of ours.
    """
    usual_hook = sys.excepthook

    def hook(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            _exit_interrupted()
        usual_hook(kind, error, traceback)

    sys.excepthook = hook


def _exit_interrupted() -> NoReturn:
    print("interrupted", file=sys.stderr)
    sys.exit(130)


def print_done(what: str, *where: Path) -> None:
    """Print the last line of a command.

    Args:
        what: What the command did, such as "score vae-m32: 40 utterances".
        *where: The files or folders that it wrote.
    """
    print(f"{what}, {time.monotonic() - STARTED:.1f} s -> {', '.join(map(str, where))}")
