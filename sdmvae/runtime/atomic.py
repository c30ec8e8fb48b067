"""Outputs that appear at their place whole or not at all."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MACHINE = "SDMVAE_MACHINE"  # set in processes of a cluster, which write beside those of others


@contextmanager
def atomic_path(path: Path, *, replace_folder: bool = False) -> Iterator[Path]:
    """Give a temporary path beside an output, and rename it to the output at the end.

    The block writes a file or makes a folder at the temporary path. If the block raises an
    exception, the temporary path is removed, and what is at `path` stays as it was. Missing parent
    folders are made. Temporary paths of the same output are removed if the process that made them
    was killed; their names have the form ``.NAME.sdmvae-PROCESS.part``, and no other name is
    touched. On a cluster the name has that of the machine as well, and only the caller knows when
    nobody works there any more.

    Args:
        path: The output. A file there is replaced by a file. A file never takes the place of a
            folder, and a folder never takes the place of a file.
        replace_folder: Say that the block makes a folder, and that this folder replaces the one
            at `path` with all files in it.

    Yields:
        The temporary path, at which nothing exists yet.

    Raises:
        IsADirectoryError: There is a folder at `path`, and it may not be replaced.
        NotADirectoryError: There is a file at `path`, and the block makes a folder.
        FileNotFoundError: The block has made nothing.
    """
    _check_target(path, folder=replace_folder, replace_folder=replace_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    part = path.with_name(f".{path.name}.sdmvae-{_writer()}.part")
    try:
        yield part
        # Checked again, because somebody may have put a file or a folder there in the meantime.
        _check_target(path, folder=part.is_dir(), replace_folder=replace_folder)
        if part.is_dir():
            _remove(path)  # a rename cannot replace a folder that holds files
        part.replace(path)
    except BaseException:
        # The error of the block is the one to report; the next run removes what is left.
        with suppress(OSError):
            _remove(part)
        raise


def _check_target(path: Path, *, folder: bool, replace_folder: bool) -> None:
    """Refuse a target that a new folder (or else a new file) must not replace."""
    if path.is_dir():
        # A path such as ".." is the name of no folder: its last part cannot be replaced.
        if not (folder and replace_folder) or path.name in ("", ".."):
            raise IsADirectoryError(
                errno.EISDIR, "this is a folder, which is not replaced: use another name", str(path)
            )
    elif folder and os.path.lexists(path):
        raise NotADirectoryError(
            errno.ENOTDIR, "this is a file, which no folder replaces: use another name", str(path)
        )


def _remove_leftovers(path: Path) -> None:
    """Remove the temporary paths of an output whose processes no longer run."""
    pattern = re.compile(rf"\.{re.escape(path.name)}\.sdmvae-([0-9]+)\.part")
    for name in os.listdir(path.parent):  # noqa: PTH208  (names alone are faster to compare)
        match = pattern.fullmatch(name)
        if match and (int(match[1]) == os.getpid() or not _is_running(int(match[1]))):
            _remove(path.with_name(name))


def _writer() -> str:
    """Return the number of this process; on a cluster, with the name of the machine."""
    machine = os.environ.get(MACHINE, "")
    return f"{machine}-{os.getpid()}" if machine else str(os.getpid())


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it runs, under another user
        return True
    return True


def _remove(path: Path) -> None:
    """Remove a file, a link or a folder, if there is one; what a link leads to stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
