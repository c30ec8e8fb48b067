"""VCTK (Yamagishi, Veaux and MacDonald 2019): release 0.92 with two microphones, and older ones."""

import re
from pathlib import Path
from typing import final

from sdmvae.corpora._suffixes import AUDIO
from sdmvae.corpora.base import Corpus, Utterance, match_files, sort_utterances

EXPECTED = "wav48*/<speaker>/<speaker>_<nnn>[_mic1].<flac|wav|...>"


@final
class Vctk(Corpus):
    """VCTK. The root is the folder of the distribution, its parent, or the `wav48...` folder."""

    def utterances(self, root: Path) -> list[Utterance]:
        """Return all utterances. See `Corpus.utterances`.

        The second microphone counts only where the first one did not record the utterance.
        """
        above = r"(([^/]+/)?wav48[^/]*/)?"
        speaker = r"(?P<speaker>[ps]\d+)"
        name = r"/(?P<name>(?P=speaker)_\d+)(?P<microphone>_mic2|_mic1|)"
        first: list[Utterance] = []
        second: list[Utterance] = []
        for match in match_files(root, rf"{above}{speaker}{name}\.{AUDIO}"):
            is_second = match["microphone"].lower() == "_mic2"
            (second if is_second else first).append(_utterance(root, match))
        names = {(utterance.speaker, utterance.utterance) for utterance in first}
        second_only = [
            utterance
            for utterance in second
            if (utterance.speaker, utterance.utterance) not in names
        ]
        return sort_utterances(first + second_only, EXPECTED, root)


def _utterance(root: Path, match: re.Match[str]) -> Utterance:
    return Utterance(match["speaker"].lower(), match["name"].lower(), root / match[0])
