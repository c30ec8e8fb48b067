"""A progress bar with an estimate of the time left, readable in a terminal and in a log."""

import io
import os
import sys
from collections.abc import Iterable
from typing import Any, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


# `tqdm[Item]` is known to type checkers only; the class takes no parameter at run time.
class _Bar(tqdm):  # type: ignore[type-arg]
    """A bar without the thread by which tqdm watches over slow bars.

    Workers are forked only from a process with one thread, see `sdmvae.runtime.workers`.
    """

    monitor_interval = 0


class _LogLines(io.TextIOBase):
    """A text stream to stderr that writes each state of a bar as a line of its own.

    tqdm returns to the start of the line and writes over it, which a log file cannot show. A state
    that tqdm writes twice appears once.
    """

    last = ""

    def write(self, text: str) -> int:
        line = text.strip("\r\n")
        if line and line != self.last:
            sys.stderr.write(f"{line}\n")
            self.last = line
        return len(text)

    def flush(self) -> None:
        sys.stderr.flush()


def progress(
    items: Iterable[Item] | None, what: str, total: int, unit: str, done: int = 0
) -> "tqdm[Item]":
    """Return a progress bar on stderr; where that is no terminal, a line every ten seconds.

    Args:
        items: The items to iterate over, or None if the caller updates the bar.
        what: The work, for the start of the line: "score vae-m32".
        total: The number of items.
        unit: What an item is called: "file".
        done: How many of the items an earlier run has done.

    Returns:
        A bar that yields the items.
    """
    settings: dict[str, Any]
    if not sys.stderr.isatty():
        line = "{desc}: {n_fmt}/{total_fmt} {unit} [{elapsed}, {remaining} left{postfix}]"
        settings = {"mininterval": 10, "delay": 10, "file": _LogLines(), "bar_format": line}
    elif _terminal_has_size():
        settings = {"dynamic_ncols": True}
    else:
        settings = {"ncols": 80, "nrows": 24}
    return _Bar(items, desc=what, total=total, unit=unit, initial=done, miniters=1, **settings)


def _terminal_has_size() -> bool:
    """Tell whether the terminal has a size; a recorded one, or one in a container, may have 0."""
    try:
        return all(os.get_terminal_size(sys.stderr.fileno()))
    except OSError:
        return False
