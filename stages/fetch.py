"""Fetch a free corpus from the internet. This is a command, not a DVC stage.

Usage: python -m stages.fetch [ROOT [URL ...]], for example

    python -m stages.fetch data/corpora/LibriSpeech https://example.org/dev-clean.tar.gz

ROOT is the folder that the corpus is unpacked into. URLs take the place of the known addresses.
"""

import sys
from collections.abc import Sequence

from sdmvae.archives import known
from sdmvae.archives.fetch import ArchiveError, fetch
from sdmvae.archives.known import Archive
from sdmvae.runtime.messages import exit_on, print_done


def main() -> None:
    """Fetch the corpus that the command line names."""
    root, urls = "".join(sys.argv[1:2]), sys.argv[2:]
    with exit_on(ArchiveError):
        archive = known.find(root)
        if archive is None:
            roots = ", ".join(str(archive.root) for archive in known.ARCHIVES)
            raise ArchiveError(f"{root!r}: give the folder of a corpus that is known: {roots}")
        if not fetch_and_say(archive, urls):
            print(f"fetch: {archive.folder} is there already")


def fetch_and_say(archive: Archive, urls: Sequence[str] = ()) -> bool:
    """Fetch an archive, unless it is there, and print what was fetched; return whether it was.

    Raises:
        ArchiveError: It cannot be fetched.
    """
    fetched = fetch(archive, urls=urls)
    if fetched:
        print_done(f"fetch: {archive.name} ({archive.licence})", archive.folder)
    return fetched


if __name__ == "__main__":
    main()
