"""Any folder of speech that has one folder for each speaker.

The layout inside the folder of a speaker is free.
"""

from pathlib import Path
from typing import final

from sdmvae.corpora._suffixes import AUDIO
from sdmvae.corpora.base import Corpus, Utterance, match_files, sort_utterances

EXPECTED = "<speaker>/**/*.<wav|flac|mp3|opus|...>"


@final
class Folder(Corpus):
    """Speech of the user's own. An utterance is named by its path from the speaker's folder."""

    def utterances(self, root: Path) -> list[Utterance]:
        """Return all audio files in the folders of the speakers. See `Corpus.utterances`.

        Files that differ in their suffix only are recordings of one utterance.
        """
        utterances = [
            Utterance(match["speaker"], match["name"], root / match[0])
            for match in match_files(root, rf"(?P<speaker>[^/]+)/(?P<name>.+)\.{AUDIO}")
        ]
        return sort_utterances(utterances, EXPECTED, root)
