"""TCD-TIMIT (Harte and Gillen, IEEE TMM 2015), and the clean part of NTCD-TIMIT."""

import re
from pathlib import Path
from typing import final

from sdmvae.corpora._suffixes import AUDIO
from sdmvae.corpora.base import (
    Corpus,
    LayoutError,
    Sex,
    Utterance,
    match_files,
    sort_utterances,
)

EXPECTED = "volunteers/<nn><M|F>/[Clips/]straightcam/<sentence>.<wav|flac|...>"

# The test speakers are those in the public repositories of the paper's first author. The same
# holds for the validation speakers, except for the eighth, 08F, which is a guess.
VALIDATION = ("08F", "17F", "20M", "35M", "38F", "42M", "52M", "59F")
TEST = ("09F", "24M", "26M", "27M", "33F", "40F", "47M", "49F", "56M")


@final
class TcdTimit(Corpus):
    """TCD-TIMIT. The root is the folder of the distribution, its parent, or `volunteers` itself.

    TCD-TIMIT has its sound inside mp4 files. The sound of each must be extracted to an audio file
    beside it first.
    """

    def utterances(self, root: Path) -> list[Utterance]:
        """Return all utterances of volunteers and lipspeakers. See `Corpus.utterances`.

        Each utterance was filmed from two sides; the recording with the front view counts.
        """
        above = r"(([^/]+/)?(Clean/)?(volunteers|lipspeakers)/)?"
        speaker = r"(?P<speaker>\d\d[MF]|Lipspkr\d)"
        name = r"/(Clips/)?straightcam/(?P<name>[^/.]+)"
        pattern = rf"{above}{speaker}{name}\.(?P<suffix>{AUDIO}|mp4)"
        matches = list(match_files(root, pattern))
        audio_files = [match for match in matches if match["suffix"].lower() != "mp4"]
        if matches and not audio_files:
            raise LayoutError(
                f"only mp4 files under {root}: "
                "extract the audio of each to a wav file beside it first"
            )
        return sort_utterances([_utterance(root, match) for match in audio_files], EXPECTED, root)

    def published_part(self, speaker: str) -> str | None:
        """Return the part of the published split. See `Corpus.published_part`.

        The paper trained on 39 of the 42 volunteers who are neither validation nor test
        speakers. It does not say on which, so all 42 belong to "train". Lipspeakers belong to no
        part.
        """
        if speaker in VALIDATION:
            return "validation"
        if speaker in TEST:
            return "test"
        return None if speaker.startswith("Lipspkr") else "train"

    def sex(self, speaker: str) -> Sex | None:
        """Return what the last letter of a volunteer's name says. See `Corpus.sex`."""
        return {"F": "female", "M": "male"}.get(speaker[-1])  # type: ignore[return-value]


def _utterance(root: Path, match: re.Match[str]) -> Utterance:
    speaker = match["speaker"]
    speaker = speaker.capitalize() if speaker[0] in "Ll" else speaker.upper()
    return Utterance(speaker, match["name"].lower(), root / match[0])
