"""Progress with an estimate, readable in a terminal and in a log."""

import io
import sys
from collections.abc import Iterable

from tqdm import tqdm


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
    if sys.stderr.isatty():
        return tqdm(items, desc=what, total=total, unit=unit, initial=done, dynamic_ncols=True)
    plain = "{desc}: {n_fmt}/{total_fmt} {unit} [{elapsed}, {remaining} left{postfix}]"
    return tqdm(
        items,
        desc=what,
        total=total,
        unit=unit,
        initial=done,
        mininterval=10,
        maxinterval=60,
        delay=10,
        file=_Lines(),
        bar_format=plain,
    )
