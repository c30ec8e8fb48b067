"""Whether the files of an exported cell are those that were exported."""

import hashlib
import json
from pathlib import Path

from sdmvae.codes.finding import EXPORT, CellError

CARD = "README.md"  # a reader may add to it: nothing is read from it


def list_files(folder: Path) -> list[str]:
    """Return the paths of the files of a cell below a folder, with forward slashes, sorted."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return sorted(path.as_posix() for path in paths if str(path) not in (EXPORT, CARD))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_files(folder: Path) -> None:
    """Check the files of an exported cell against their SHA-256 in export.json.

    A folder without export.json was written by the pipeline, whose files DVC checks.

    Args:
        folder: The folder of a cell.

    Raises:
        CellError: A file is unknown, is missing or has changed; the message names it.
    """
    path = folder / EXPORT
    if not path.is_file():
        return
    try:
        digests = json.loads(path.read_text(encoding="utf-8"))["files"]
        expected = {str(name): str(value) for name, value in digests.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CellError(f"{path}: does not list the files with their SHA-256") from None
    found = list_files(folder)
    for name in found:
        if name not in expected:
            raise CellError(f"{folder / name}: is unknown: it is not listed in {EXPORT}")
    for name, value in expected.items():
        if name not in found:
            raise CellError(f"{folder / name}: is missing")
        if digest(folder / name) != value:
            raise CellError(f"{folder / name}: has changed: its SHA-256 is not that in {EXPORT}")
