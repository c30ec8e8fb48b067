"""A process that takes in orphans and leaves them zombies, as the first process of a container may.

A process whose parent was killed belongs to the first process of the machine, which notices its
end. In a container the first process is often a program that does not, and then the dead process
stays in the list of processes as a zombie.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PR_SET_CHILD_SUBREAPER = 36


@contextmanager
def leave_orphans_zombies() -> Iterator[None]:
    """Let orphans of this process stay zombies until the end of the block (Linux only)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    try:
        yield
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
