"""What a command tells its user: one line when it is done, one line when something is wrong."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from sdmvae.runtime.cluster.address import ClusterError

STARTED = time.monotonic()
INTERRUPTED = "interrupted"
INTERRUPTED_STATUS = 130  # what a shell reports for a command that Ctrl-C has ended


@contextmanager
def exit_on(*errors: type[Exception]) -> Iterator[None]:
    """Turn expected errors into one line on stderr and exit status 1.

    Errors of the file system and of a cluster always count as expected. Ctrl-C ends in the line
    "interrupted" and exit status 130, after the block has cleaned up.

    Args:
        *errors: The exceptions that the block may raise for bad parameters or bad files.
    """
    expected: tuple[type[Exception], ...] = (*errors, ClusterError)
    handler = signal.getsignal(signal.SIGINT)
    if handler is _exit_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit("error: " + " ".join(f"{where}{error.strerror or error}".split()))
    except expected as error:
        sys.exit("error: " + " ".join(str(error).split()))
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        sys.exit(INTERRUPTED_STATUS)
    finally:
        if handler is _exit_at_once:
            signal.signal(signal.SIGINT, handler)


def exit_at_once_on_interrupt() -> None:
    """Let Ctrl-C end this process in one line wherever no `exit_on` runs.

    A command spends its first seconds on importing libraries. There is nothing to clean up yet, and
    a `KeyboardInterrupt` would not do: some libraries turn it into an `ImportError`.
    """
    # In a background job the signal is ignored, and stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _exit_at_once)


def _exit_at_once(number: int, frame: FrameType | None) -> None:
    os.write(2, f"{INTERRUPTED}\n".encode())
    os._exit(INTERRUPTED_STATUS)


def print_done(what: str, *where: Path) -> None:
    """Print the last line of a command.

    Args:
        what: What the command did, such as "score vae-m32: 40 utterances".
        *where: The files or folders that it wrote.
    """
    print(f"{what}, {time.monotonic() - STARTED:.1f} s -> {', '.join(map(str, where))}")
