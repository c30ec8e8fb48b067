"""Any folder of speech that has one folder for each speaker.

The layout inside the folder of a speaker is free.
"""

from pathlib import Path
from typing import final

from sdmvae.corpora.base import Corpus, Utterance, match_files, sort_utterances

EXPECTED = "<speaker>/**/*.<wav|flac|ogg>"


@final
class Folder(Corpus):
    """Speech of the user's own. An utterance is named by its path from the speaker's folder."""

    def utterances(self, root: Path) -> list[Utterance]:
        """Return all audio files in the folders of the speakers. See `Corpus.utterances`."""
        utterances = [
            Utterance(match["speaker"], match["name"], root / match[0])
            for match in match_files(root, r"(?P<speaker>[^/]+)/(?P<name>.+)\.(wav|flac|ogg)")
        ]
        return sort_utterances(utterances, EXPECTED, root)
