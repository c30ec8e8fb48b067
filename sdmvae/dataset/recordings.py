"""Digests of the recordings of a corpus: they tell whether the corpus is the same as before."""

import hashlib
import stat
from pathlib import Path

from sdmvae.corpora.base import Corpus
from sdmvae.dataset.names import printable
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes

UNREADABLE = "unreadable"


def digest_recordings(corpus: Corpus, root: Path) -> dict[str, str]:
    """Return the SHA-256 digest of each file that the speech depends on, on all processors.

    Args:
        corpus: The corpus.
        root: The folder of the corpus.

    Returns:
        A digest for each recording and for each list of recordings, by its path below `root` and
        sorted by it. A file that cannot be read has "unreadable" in place of a digest.

    Raises:
        LayoutError: The folder does not have the layout of the corpus.
    """
    paths = [utterance.path for utterance in corpus.utterances(root)] + corpus.list_files(root)
    results = progress(map_processes(digest_file, paths), "recordings: SHA-256", len(paths), "file")
    digests = {
        printable(path.relative_to(root)): UNREADABLE if isinstance(digest, Crashed) else digest
        for path, digest in results
    }
    return dict(sorted(digests.items()))


def digest_file(path: Path) -> str:
    """Return the SHA-256 digest of a file in hexadecimal, "unreadable" if it cannot be read."""
    try:
        # To open a pipe would wait for its other end.
        if not stat.S_ISREG(path.stat().st_mode):
            return UNREADABLE
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return UNREADABLE
