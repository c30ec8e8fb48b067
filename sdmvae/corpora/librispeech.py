"""LibriSpeech (Panayotov et al., ICASSP 2015): one of its subsets, or several together."""

from pathlib import Path
from typing import final

from sdmvae.corpora._suffixes import AUDIO
from sdmvae.corpora.base import Corpus, Utterance, match_files, sort_utterances

EXPECTED = "<speaker>/<chapter>/<speaker>-<chapter>-<nnnn>.<flac|wav|...>"


@final
class LibriSpeech(Corpus):
    """LibriSpeech. The root is the `LibriSpeech` folder, its parent, or the folder of a subset."""

    def utterances(self, root: Path) -> list[Utterance]:
        """Return all utterances. See `Corpus.utterances`.

        A speaker who appears in several subsets is one speaker. The files may be converted ones.
        """
        subset = r"((LibriSpeech/)?[^/]+/)?"
        name = r"(?P<speaker>\d+)/(?P<chapter>\d+)/(?P<name>(?P=speaker)-(?P=chapter)-\d+)"
        utterances = [
            Utterance(match["speaker"], match["name"], root / match[0])
            for match in match_files(root, rf"{subset}{name}\.{AUDIO}")
        ]
        return sort_utterances(utterances, EXPECTED, root)
