"""What stages tell, in one line each: what they made, or what is wrong, without a traceback."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTED = time.monotonic()


@contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """Turn `errors`, and those of the file system, into one line on stderr and exit status 1."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {where}{error.strerror or error}")
    except errors as error:
        sys.exit("error: " + " ".join(str(error).split()))


def closing(what: str, *where: Path) -> None:
    """Print the line a stage ends with: what it made, in how many seconds, where."""
    print(f"{what}, {time.monotonic() - STARTED:.1f} s -> {', '.join(map(str, where))}")
