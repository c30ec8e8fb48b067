"""TIMIT (LDC93S1): speakers named by sex, initials and a digit, such as FCJF0.

The root is the folder with TRAIN and TEST, or one or two above it.
"""

from pathlib import Path

from sdmvae.corpora.base import Utterance, listing, matches

EXPECTED = "<TRAIN|TEST>/DR<1-8>/<speaker>/<sentence>.WAV"


def utterances(root: Path) -> list[Utterance]:
    """All utterances of the training and the test part, named in capitals."""
    above = r"([^/]+/){0,2}(TRAIN|TEST)/DR[1-8]/"
    # No full stop in a name: a copy converted from SPHERE often lies beside it as SA1.WAV.wav.
    name = r"(?P<speaker>[FM][A-Z]{3}\d)/(?P<name>[^/.]+)\.wav"
    found = [
        Utterance(match["speaker"].upper(), match["name"].upper(), root / match[0])
        for match in matches(root, above + name)
    ]
    return listing(found, EXPECTED, root)
