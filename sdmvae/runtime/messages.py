"""What a command tells its user: one line when it is done, one line when something is wrong."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTED = time.monotonic()


@contextmanager
def exit_on(*errors: type[Exception]) -> Iterator[None]:
    """Turn expected errors into one line on stderr and exit status 1.

    Errors of the file system always count as expected. Ctrl-C ends in one line too, with exit
    status 130.

    Args:
        *errors: The exceptions that the block may raise for bad parameters or bad files.
    """
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {where}{error.strerror or error}")
    except errors as error:
        sys.exit("error: " + " ".join(str(error).split()))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)


def print_done(what: str, *where: Path) -> None:
    """Print the last line of a command: what it made, in how many seconds, and where it is."""
    print(f"{what}, {time.monotonic() - STARTED:.1f} s -> {', '.join(map(str, where))}")
