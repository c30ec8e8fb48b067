"""New entries of stages in dvc.lock, put into its text as DVC itself would write them."""

import re
from collections.abc import Mapping
from pathlib import Path

from sdmvae.runtime.atomic import atomic_path

HEAD = "schema: '2.0'\nstages:\n"
# An entry begins with the name of its stage, indented by two spaces, and all its lines are indented
# further.
ENTRY = re.compile(r"^  (\S[^\n]*):\n(?:   +\S[^\n]*\n)+", re.MULTILINE)


class LockFileError(ValueError):
    """dvc.lock has another form than DVC writes; the message is one line."""


def merge(text: str, entries: Mapping[str, str]) -> str:
    """Return the text of a dvc.lock with some entries replaced, and new ones at the end.

    The text is not parsed as YAML, because this takes seconds for thousands of stages.

    Args:
        text: The text of dvc.lock; empty if there is none yet.
        entries: The lines of each entry, with its name in the first line, by the name of its stage.

    Raises:
        LockFileError: The text has anything but the entries of stages.
    """
    body = text.removeprefix(HEAD)
    known = {match[1]: match[0] for match in ENTRY.finditer(body)}
    if "".join(known.values()) != body or bool(text) != text.startswith(HEAD):
        raise LockFileError("dvc.lock: this is not the form in which DVC writes it")
    return HEAD + "".join({**known, **entries}.values())


def update(path: Path, entries: Mapping[str, str]) -> None:
    """Put entries into dvc.lock, which is replaced whole. The caller holds the lock of DVC.

    Nothing is written if dvc.lock has these entries already.

    Args:
        path: The path of dvc.lock, which need not exist.
        entries: As for `merge`.

    Raises:
        LockFileError: dvc.lock has another form than DVC writes.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    merged = merge(text, entries)
    if entries and merged != text:
        with atomic_path(path) as part:
            part.write_text(merged, encoding="utf-8")
