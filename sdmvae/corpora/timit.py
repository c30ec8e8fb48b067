"""TIMIT (LDC93S1). Speakers are named by sex, initials and a digit, such as FCJF0."""

from pathlib import Path
from typing import final

from sdmvae.corpora._suffixes import AUDIO
from sdmvae.corpora.base import Corpus, Sex, Utterance, match_files, sort_utterances

EXPECTED = "<TRAIN|TEST>/DR<1-8>/<speaker>/<sentence>.<WAV|FLAC|...>"


@final
class Timit(Corpus):
    """TIMIT. The root is the folder that holds TRAIN and TEST, or one or two folders above it."""

    def utterances(self, root: Path) -> list[Utterance]:
        """Return the utterances of TRAIN and TEST, named in capitals. See `Corpus.utterances`."""
        above = r"([^/]+/){0,2}(TRAIN|TEST)/DR[1-8]/"
        # A name has no full stop, because SA1.WAV often has a converted copy, SA1.WAV.wav.
        name = r"(?P<speaker>[FM][A-Z]{3}\d)/(?P<name>[^/.]+)"
        utterances = [
            Utterance(match["speaker"].upper(), match["name"].upper(), root / match[0])
            for match in match_files(root, rf"{above}{name}\.{AUDIO}")
        ]
        return sort_utterances(utterances, EXPECTED, root)

    def sex(self, speaker: str) -> Sex:
        """Return what the first letter of the name says. See `Corpus.sex`."""
        return "female" if speaker[0] == "F" else "male"
