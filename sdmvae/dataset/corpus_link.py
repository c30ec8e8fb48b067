"""A link to the recordings of a corpus, through which DVC sees that they change.

DVC cannot depend on `corpus.root` itself: a synthesised corpus has no such folder, and DVC stops at
a link that leads nowhere, at a pipe and at a name that is not UTF-8. So the stage `source` makes an
entry inside the repository, and the pipeline depends on this entry.

DVC would also hash every other file in the folder, such as films. The file `.dvcignore` hides them.
DVC takes no such file inside an output, so there is one for all corpora: it shows what any of them
reads.
"""

import fnmatch
import os
import re
import stat
from pathlib import Path

from sdmvae.corpora.base import Corpus, match_files

SYNTHESISED = "This corpus is synthesised. It has no recordings.\n"
ABSENT = "The folder corpus.root is not on this machine.\n"

_HIDDEN = "/data/source/audio/**"
_SHOWN = f"!{_HIDDEN}/"


class HiddenError(ValueError):
    """DVC would not see a change of files that a corpus reads; the message is one line."""


def shown_names(dvcignore: str) -> re.Pattern[str]:
    """Return a pattern of the names of the files in a corpus that DVC sees.

    Args:
        dvcignore: The content of `.dvcignore`.
    """
    lines = [line.strip() for line in dvcignore.splitlines()]
    if _HIDDEN not in lines:
        return re.compile(".*", re.DOTALL)
    globs = [line.removeprefix(_SHOWN) for line in lines if line.startswith(_SHOWN)]
    return re.compile("|".join(fnmatch.translate(glob) for glob in globs if glob))


def check_shown(corpus: Corpus, shown: re.Pattern[str]) -> None:
    """Check that DVC sees all files that a corpus reads.

    Args:
        corpus: The corpus.
        shown: The names that DVC sees, from `shown_names`.

    Raises:
        HiddenError: It does not; the message has the line for `.dvcignore` that helps.
    """
    for glob in [*(f"*{suffix}" for suffix in corpus.suffixes), *corpus.lists]:
        name = glob.replace("*", "a")
        if not (shown.fullmatch(name) and shown.fullmatch(name.upper())):
            raise HiddenError(
                f".dvcignore: hides {glob} from DVC, and {type(corpus).__name__} reads such files: "
                f"add the line {_SHOWN}{any_case(glob)}"
            )


def any_case(glob: str) -> str:
    """Return a pattern of a path that matches capital and small letters alike."""
    return "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in glob)


def find_obstacles(root: Path, shown: re.Pattern[str]) -> list[Path]:
    """Return what DVC cannot watch below a folder: unreadable files and linked folders.

    DVC stops at the former and does not look into the latter.

    Args:
        root: The folder.
        shown: The names that DVC sees, from `shown_names`.
    """
    obstacles = []
    for folder, folders, files in os.walk(root):
        parent = Path(folder)
        obstacles += [parent / name for name in folders if (parent / name).is_symlink()]
        obstacles += [
            parent / name
            for name in files
            if shown.fullmatch(name) and not _can_be_hashed(parent / name)
        ]
    return obstacles


def link_corpus(entry: Path, root: Path, corpus: Corpus, shown: re.Pattern[str]) -> list[Path]:
    """Make an entry that DVC can watch in place of the folder of a corpus.

    The entry is a link to the folder, through which DVC sees every file that is changed, added or
    removed. If the folder holds something that DVC cannot watch, the entry is a folder of links to
    the files that the corpus reads and that can be read. DVC then sees changes of these, but no new
    files.

    Args:
        entry: The path to make.
        root: The folder of the corpus.
        corpus: The corpus.
        shown: The names that DVC sees, from `shown_names`.

    Returns:
        What DVC cannot watch; empty if the entry is a link to the folder.
    """
    root = root.resolve()
    if not (obstacles := find_obstacles(root, shown)):
        entry.symlink_to(root, target_is_directory=True)
        return []
    entry.mkdir()
    files = sorted(root / match[0] for match in match_files(root, r".+\.[^/.]+"))
    audio = [path for path in files if path.suffix.lower() in corpus.suffixes]
    for number, path in enumerate(filter(_can_be_hashed, audio)):
        (entry / f"{number:07d}{path.suffix.lower()}").symlink_to(path)
    for number, path in enumerate(filter(_can_be_hashed, corpus.list_files(root))):
        (entry / f"{number}").mkdir()
        (entry / f"{number}" / path.name).symlink_to(path)
    return obstacles


def _can_be_hashed(path: Path) -> bool:
    try:
        str(path).encode()
        return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK)
    except (OSError, UnicodeEncodeError):
        return False
