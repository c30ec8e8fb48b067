"""Waiting for something that another process does."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], what: str = "", seconds: float = 240) -> None:
    """Wait until something is so; fail with a text if it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"this did not happen in {seconds} s: {what}")
        time.sleep(0.05)
