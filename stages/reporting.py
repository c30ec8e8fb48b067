"""How stages refuse: in one line, without a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
