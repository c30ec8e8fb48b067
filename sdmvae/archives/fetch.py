"""Fetch an archive: download it, unpack it, and put its recordings in their place at once."""

import errno
import gzip
import shutil
import tarfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from sdmvae.archives.download import PAUSES, DownloadError, download
from sdmvae.archives.known import Archive
from sdmvae.runtime.locks import hold_lock

FULL = (errno.ENOSPC, errno.EDQUOT)


class ArchiveError(RuntimeError):
    """An archive cannot be fetched; the message is one line."""


def fetch(
    archive: Archive,
    *,
    here: Path = Path(),
    urls: Sequence[str] = (),
    pauses: Sequence[float] = PAUSES,
) -> bool:
    """Fetch the recordings of an archive, unless they are there already.

    The folder of the recordings is whole or not there. What an interrupted call has downloaded is
    used by the next one. A second call at the same time waits for the first.

    Args:
        archive: The archive.
        here: The root of the project.
        urls: Addresses of the archive in place of those that are known.
        pauses: How many seconds to wait before each further round over the addresses.

    Returns:
        Whether they were fetched now.

    Raises:
        ArchiveError: They cannot be fetched; the message says why.
        OSError: The folder cannot be written.
    """
    folder, root = here / archive.folder, here / archive.root
    if folder.is_dir():
        return False
    scratch = root / f".{folder.name}.fetch"
    try:
        with hold_lock(root / f".{folder.name}.lock"):
            if folder.is_dir():  # the call that this one waited for has fetched them
                return False
            scratch.mkdir(exist_ok=True)
            path = scratch / "archive.tar.gz"
            _remove_all_but(scratch, {path, path.with_name(f"{path.name}.part")})
            download(
                archive.name,
                urls or archive.urls,
                path,
                sha256=archive.sha256,
                size=archive.size,
                pauses=pauses,
            )
            print(f"fetch: unpacking {archive.name}", flush=True)
            recordings = unpack(path, scratch / "unpacked", archive.inside)
            _place(recordings, folder)
            shutil.rmtree(scratch)
    except DownloadError as error:
        raise ArchiveError(str(error)) from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        needed = 2 * archive.size // 1_000_000
        raise ArchiveError(f"{root}: {error.strerror}; {needed} MB are needed in all") from error
    return True


def unpack(path: Path, target: Path, inside: Path) -> Path:
    """Unpack a tar archive.

    Args:
        path: The archive.
        target: A folder that does not exist yet. Nothing is written outside of it.
        inside: The folder inside the archive that is wanted.

    Returns:
        The path of that folder.

    Raises:
        ArchiveError: The archive is damaged, lacks the folder, or has a member that must not be
            unpacked, such as a path that leads out of the folder.
        OSError: The folder cannot be written.
    """
    if not hasattr(tarfile, "data_filter"):
        raise ArchiveError("this Python cannot unpack archives safely; use Python 3.11.4 or later")
    try:
        with tarfile.open(path) as tar:
            tar.extractall(target, filter="data")
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        reason = " ".join(str(error).split())
        raise ArchiveError(f"{path}: cannot be unpacked: {reason}") from error
    if not (target / inside).is_dir():
        raise ArchiveError(f"{path}: has no folder {inside}")
    return target / inside


def _place(recordings: Path, folder: Path) -> None:
    """Move the recordings to their place, after the texts beside them, such as the licence."""
    for text in recordings.parent.iterdir():
        if text.is_file() and not (folder.parent / text.name).exists():
            text.rename(folder.parent / text.name)
    recordings.rename(folder)


def _remove_all_but(folder: Path, kept: set[Path]) -> None:
    for path in set(folder.iterdir()) - kept:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
