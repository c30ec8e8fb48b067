"""The suffixes of the audio files that libsndfile reads, by which a corpus knows its recordings.

They are those of libsndfile's own programs, and the usual other spellings. These are left out: raw,
gsm and vox (files without a header do not say how to read them), sd2 (its header is not in the
file), and mat (data of MATLAB, seldom sound).
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

# A recording in one of these formats is preferred to a copy of it in a lossy one.
LOSSLESS = (
    *(".wav", ".wave", ".bwf", ".rf64", ".w64", ".flac", ".caf", ".aif", ".aiff", ".aifc"),
    *(".au", ".snd", ".sph", ".nist", ".voc", ".ircam", ".sf", ".paf", ".fap", ".pvf"),
    *(".svx", ".avr", ".htk", ".sds", ".mpc", ".xi", ".wve", ".prc"),
)
LOSSY = (".mp1", ".mp2", ".mp3", ".ogg", ".oga", ".opus")
SUFFIXES = tuple(sorted(LOSSLESS + LOSSY))

# For the patterns of `match_files`: any of the suffixes, without the full stop.
AUDIO = f"(?:{'|'.join(suffix[1:] for suffix in SUFFIXES)})"


def count_kinds(names: Iterable[str], most: int = 8) -> str:
    """Return how many files there are of each kind, such as "12 .txt, 3 .mp4 files".

    Args:
        names: The names or the paths of the files.
        most: How many kinds to name. The most frequent ones are named.

    Returns:
        The text; empty if there are no files.
    """
    counts = Counter(PurePath(name).suffix.lower() for name in names)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    texts = [f"{count} {suffix or 'no-suffix'}" for suffix, count in ordered[:most]]
    if rest := sum(count for _, count in ordered[most:]):
        texts.append(f"{rest} other")
    return f"{', '.join(texts)} file{'s' if counts.total() != 1 else ''}" if texts else ""
