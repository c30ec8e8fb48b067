"""VCTK (Yamagishi, Veaux and MacDonald 2019), release 0.92 with two microphones, and older ones.

The root is the distribution's folder, the folder it lies in, or `wav48…` itself.
"""

from pathlib import Path

from sdmvae.corpora.base import Utterance, listing, matches

EXPECTED = "wav48*/<speaker>/<speaker>_<nnn>[_mic1].<flac|wav>"


def utterances(root: Path) -> list[Utterance]:
    """All utterances, by the first microphone where both recorded one."""
    above = r"(([^/]+/)?wav48[^/]*/)?"
    speaker = r"(?P<speaker>[ps]\d+)"
    name = r"/(?P<name>(?P=speaker)_\d+)(?P<second>_mic2|_mic1|)\.(flac|wav)"
    found = [
        (
            match["second"].lower() == "_mic2",
            Utterance(match["speaker"].lower(), match["name"].lower(), root / match[0]),
        )
        for match in matches(root, above + speaker + name)
    ]
    first = {utterance[:2] for second, utterance in found if not second}
    kept = [utterance for second, utterance in found if not second or utterance[:2] not in first]
    return listing(kept, EXPECTED, root)
