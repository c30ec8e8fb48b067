"""What every corpus gives: its utterances, each with a speaker."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class LayoutError(ValueError):
    """A corpus folder does not have the layout its name promises."""


class Utterance(NamedTuple):
    """One recording of one speaker."""

    speaker: str
    utterance: str
    path: Path


def matches(root: Path, pattern: str) -> Iterator[re.Match[str]]:
    """The files below `root` whose path from there, written with "/", is all of `pattern`.

    Letter case is ignored. Hidden files and folders are passed over, links to folders followed,
    except back to a folder they lie in. A link to nothing is a file. Raises LayoutError for a
    folder that cannot be listed.
    """
    whole = re.compile(pattern, re.IGNORECASE | re.ASCII | re.DOTALL)
    return filter(None, map(whole.fullmatch, _files(str(root), "", frozenset())))


def listing(found: list[Utterance], expected: str, root: Path) -> list[Utterance]:
    """The utterances, sorted; recordings of one utterance stand side by side.

    Raises LayoutError, saying that `expected` was looked for below `root`, if there are none.
    """
    if not found:
        raise LayoutError(f"no {expected} under {root}")
    return sorted(found)


def _files(folder: str, inside: str, above: frozenset[tuple[int, int]]) -> Iterator[str]:
    """Paths of the files in `folder` and below, each prefixed by `inside`."""
    try:
        status = Path(folder).stat()
        here = status.st_dev, status.st_ino
        if here in above:
            return
        with os.scandir(folder) as scan:
            entries = [(entry, _is_folder(entry)) for entry in scan if entry.name[0] != "."]
    except OSError as error:
        raise LayoutError(f"cannot list {folder}: {error.strerror}") from None
    for entry, is_folder in entries:
        if is_folder:
            yield from _files(entry.path, f"{inside}{entry.name}/", above | {here})
        else:
            yield inside + entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
