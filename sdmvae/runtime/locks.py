"""A lock on a folder, so that two runs do not work in it at the same time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def hold_lock(path: Path) -> Iterator[TextIO]:
    """Hold a lock for the time of a block. If another process holds it, say so and wait.

    The lock ends with the processes that have the file open, however they end.

    Args:
        path: The file of the lock. It and its folder are made if they do not exist, and it stays.

    Yields:
        The open file. A process that is started with its descriptor holds the lock as well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another run is working in this folder; waiting", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
