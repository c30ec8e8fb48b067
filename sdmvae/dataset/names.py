"""Names of utterances that any file system takes, and paths that can be printed."""

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sdmvae.corpora.base import Utterance


def plain_names(utterances: Iterable[Utterance]) -> dict[Utterance, Path]:
    """Return a relative path ``speaker/utterance.flac`` for each utterance.

    The paths have only letters of ASCII, digits, "_" and "-". They are all different, also where
    the file system ignores letter case.
    """
    taken: Counter[str] = Counter()
    paths = {}
    for utterance in utterances:
        name = f"{_plain(utterance.speaker)}/{_plain(utterance.utterance)}"
        taken[name.casefold()] += 1
        while (count := taken[name.casefold()]) > 1:
            name = f"{name}-{count}"
            taken[name.casefold()] += 1
        paths[utterance] = Path(f"{name}.flac")
    return paths


def printable(path: Path | str) -> str:
    """Return a path as text that can be printed, also if its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", printable(name)).strip("_")[:200] or "_"
