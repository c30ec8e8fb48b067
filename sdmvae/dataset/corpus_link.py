"""A link to the recordings of a corpus, through which DVC sees that they change.

DVC cannot depend on `corpus.root` itself: a synthesised corpus has no such folder, and DVC stops at
a link that leads nowhere, at a pipe and at a name that is not UTF-8. So the stage `source` makes an
entry inside the repository, and the pipeline depends on this entry.
"""

import os
import stat
from collections.abc import Collection
from pathlib import Path

from sdmvae.corpora.base import match_files

# .dvcignore shows DVC the files with these suffixes in the folder that the link leads to, and hides
# all others. They are the suffixes of the audio formats that libsndfile reads.
WATCHED = (".aif", ".aiff", ".au", ".caf", ".flac", ".mp3", ".ogg", ".opus", ".sph", ".w64", ".wav")

SYNTHESISED = "This corpus is synthesised. It has no recordings.\n"
ABSENT = "The folder corpus.root is not on this machine.\n"


def find_obstacles(root: Path) -> list[Path]:
    """Return what DVC cannot watch below a folder: unreadable audio files and linked folders.

    DVC stops at the former and does not look into the latter.
    """
    obstacles = []
    for folder, folders, files in os.walk(root):
        parent = Path(folder)
        obstacles += [parent / name for name in folders if (parent / name).is_symlink()]
        obstacles += [
            parent / name
            for name in files
            if name.lower().endswith(WATCHED) and not _can_be_hashed(parent / name)
        ]
    return obstacles


def link_corpus(entry: Path, root: Path, suffixes: Collection[str]) -> list[Path]:
    """Make an entry that DVC can watch in place of the folder of a corpus.

    The entry is a link to the folder, through which DVC sees every audio file that is changed,
    added or removed. If the folder holds something that DVC cannot watch, the entry is a folder of
    links to the audio files that can be read. DVC then sees changes of these, but no new files.

    Args:
        entry: The path to make.
        root: The folder of the corpus.
        suffixes: The suffixes of the audio files that the corpus reads.

    Returns:
        What DVC cannot watch; empty if the entry is a link to the folder.
    """
    root = root.resolve()
    if not (obstacles := find_obstacles(root)):
        entry.symlink_to(root, target_is_directory=True)
        return []
    entry.mkdir()
    files = sorted(root / match[0] for match in match_files(root, r".+\.[^/.]+"))
    recordings = [
        path for path in files if path.suffix.lower() in suffixes and _can_be_hashed(path)
    ]
    for number, path in enumerate(recordings):
        (entry / f"{number:07d}{path.suffix.lower()}").symlink_to(path)
    return obstacles


def _can_be_hashed(path: Path) -> bool:
    try:
        str(path).encode()
        return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK)
    except (OSError, UnicodeEncodeError):
        return False
