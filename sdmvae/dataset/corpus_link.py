"""A view of the source audio that DVC can hash, so that a changed corpus is noticed.

DVC cannot depend on `corpus.root` itself: synthetic speech has none, and a dangling link, a pipe
or a name that is not UTF-8 anywhere below makes DVC give up. So `view` makes an entry inside the
repository, and the pipeline depends on that.
"""

import os
import stat
from pathlib import Path

from sdmvae.corpora.base import matches

SUFFIXES = (".wav", ".flac", ".ogg")


def unwatchable(root: Path) -> list[Path]:
    """What below `root` DVC cannot hash, or does not look into: linked folders."""
    found = []
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        found += [here / each for each in folders if (here / each).is_symlink()]
        found += [
            here / each
            for each in files
            if each.lower().endswith(SUFFIXES) and not _hashable(here / each)
        ]
    return found


def view(entry: Path, root: Path | None) -> list[Path]:
    """Make `entry` stand for the audio under `root`; returns what is in the way, if anything.

    Without a root it is a small file. With one it is a link to the folder, through which DVC sees
    every audio file changed, added or removed. With something unwatchable in the folder it is a
    folder of links to the audio files that can be read: changes of these are seen, new files not.
    """
    if root is None:
        entry.write_text("This corpus is synthesised; it has no source audio.\n")
        return []
    root = root.resolve()
    if not (obstacles := unwatchable(root)):
        entry.symlink_to(root, target_is_directory=True)
        return []
    entry.mkdir()
    audio = sorted(root / match[0] for match in matches(root, r".+\.(wav|flac|ogg)"))
    for number, path in enumerate(filter(_hashable, audio)):
        (entry / f"{number:07d}{path.suffix.lower()}").symlink_to(path)
    return obstacles


def _hashable(path: Path) -> bool:
    try:
        str(path).encode()
        return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK)
    except (OSError, UnicodeEncodeError):
        return False
