"""Outputs that are written whole or not at all."""

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, renamed to it at the end, removed if the block raises.

    The block may make a file or a folder of it; what stood at `path` before is replaced. Each
    process has a temporary path of its own, and what processes killed before left is removed.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove(part)
    for other in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if not _alive(other.name.split(".")[-2]):
            _remove(other)
    try:
        yield part
        if part.is_dir() or (part.exists() and path.is_dir()):
            _remove(path)
        part.replace(path)
    except BaseException:
        _remove(part)
        raise


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
