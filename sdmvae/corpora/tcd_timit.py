"""TCD-TIMIT (Harte and Gillen, IEEE TMM 2015), and the clean part of NTCD-TIMIT.

The root is the distribution's folder, the folder it lies in, or `volunteers` itself. TCD-TIMIT
has its sound inside mp4 files: extract each to a wav file beside it first.
"""

import re
from pathlib import Path

from sdmvae.corpora.base import LayoutError, Utterance, listing, matches

EXPECTED = "volunteers/<nn><M|F>/[Clips/]straightcam/<sentence>.wav"

# The test speakers are those of the first author's public repositories. So are those of
# validation, except that the eighth, 08F, is a guess.
VALIDATION = ("08F", "17F", "20M", "35M", "38F", "42M", "52M", "59F")
TEST = ("09F", "24M", "26M", "27M", "33F", "40F", "47M", "49F", "56M")


def published_part(speaker: str) -> str | None:
    """The part of the published split; training has the other volunteers, no lipspeaker.

    39 of the 42 other volunteers were used; which, is not known.
    """
    if speaker in VALIDATION:
        return "validation"
    if speaker in TEST:
        return "test"
    return None if speaker.startswith("Lipspkr") else "train"


def utterances(root: Path) -> list[Utterance]:
    """All utterances of volunteers and lipspeakers, seen from the front."""
    above = r"(([^/]+/)?(Clean/)?(volunteers|lipspeakers)/)?"
    speaker = r"(?P<speaker>\d\d[MF]|Lipspkr\d)"
    name = r"/(Clips/)?straightcam/(?P<name>[^/.]+)\.(?P<suffix>wav|mp4)"
    found = list(matches(root, above + speaker + name))
    sound = [match for match in found if match["suffix"].lower() == "wav"]
    if found and not sound:
        raise LayoutError(
            f"only mp4 files under {root}: extract the audio of each to a wav file beside it first"
        )
    return listing([_utterance(root, match) for match in sound], EXPECTED, root)


def _utterance(root: Path, match: re.Match[str]) -> Utterance:
    speaker = match["speaker"]
    speaker = speaker.capitalize() if speaker[0] in "Ll" else speaker.upper()
    return Utterance(speaker, match["name"].lower(), root / match[0])
