"""LibriSpeech (Panayotov et al., ICASSP 2015): any of its subsets, or several together.

The root is the `LibriSpeech` folder, the folder it lies in, or one subset.
"""

from pathlib import Path

from sdmvae.corpora.base import Utterance, listing, matches

EXPECTED = "<speaker>/<chapter>/<speaker>-<chapter>-<nnnn>.flac"


def utterances(root: Path) -> list[Utterance]:
    """All utterances; a speaker of several subsets is one speaker."""
    subset = r"((LibriSpeech/)?[^/]+/)?"
    name = r"(?P<speaker>\d+)/(?P<chapter>\d+)/(?P<name>(?P=speaker)-(?P=chapter)-\d+)\.flac"
    found = [
        Utterance(match["speaker"], match["name"], root / match[0])
        for match in matches(root, subset + name)
    ]
    return listing(found, EXPECTED, root)
