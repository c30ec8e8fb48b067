"""Progress with an estimate, readable in a terminal and in a log."""

import io
import os
import sys
from collections.abc import Iterable

from tqdm import tqdm


class _Bar(tqdm):
    """A bar without the thread that watches it: workers are forked from processes of one thread."""

    monitor_interval = 0


class _Lines(io.TextIOBase):
    """Writes what would overwrite a line of a terminal as lines of a log, each once."""

    last = ""

    def write(self, text: str) -> int:
        line = text.strip("\r\n")
        if line and line != self.last:
            sys.stderr.write(f"{line}\n")
            self.last = line
        return len(text)

    def flush(self) -> None:
        sys.stderr.flush()


def progress(items: Iterable | None, what: str, total: int, unit: str, done: int = 0) -> tqdm:
    """A progress bar on stderr; where that is no terminal, a line every ten seconds.

    `done` of the `total` were done before.
    """
    look = {"dynamic_ncols": True} if _has_size() else {"ncols": 80, "nrows": 24}
    if not sys.stderr.isatty():
        plain = "{desc}: {n_fmt}/{total_fmt} {unit} [{elapsed}, {remaining} left{postfix}]"
        look = {"mininterval": 10, "delay": 10, "file": _Lines(), "bar_format": plain}
    return _Bar(items, desc=what, total=total, unit=unit, initial=done, miniters=1, **look)


def _has_size() -> bool:
    """Whether the terminal tells its size; that of a recording, or of a container, may not."""
    try:
        return all(os.get_terminal_size(sys.stderr.fileno()))
    except OSError:
        return False
