"""The corpus of this project: English sentences that the speech synthesiser Kokoro-82M speaks."""

from pathlib import Path
from typing import ClassVar, final

from sdmvae.corpora.base import Corpus, Sex, Utterance, match_files, sort_utterances

EXPECTED = "<speaker>/<nnn>.flac"

# A blend speaks with the mean of the style vectors of two voices.
BLENDS = {
    "blend-af_heart-bf_emma": ("af_heart", "bf_emma"),
    "blend-am_michael-bm_fable": ("am_michael", "bm_fable"),
    "blend-ff_siwis-if_sara": ("ff_siwis", "if_sara"),
}

# Voices that sound like one person. Their style vectors have a cosine similarity of at least 0.86
# (after the mean of all voices is subtracted), or the embeddings of their recordings by Resemblyzer
# have one of at least 0.85. The highest embedding similarity between other voices is 0.82; between
# the recordings of one voice it is 0.91 on average.
ALIKE = (
    ("ef_dora", "pf_dora"),
    ("em_alex", "pm_alex"),
    ("am_santa", "em_santa", "pm_santa"),
    ("jf_gongitsune", "jf_nezumi", "jf_tebukuro"),
)

_GROUPS = (*((blend, *parents) for blend, parents in BLENDS.items()), *ALIKE)
_GROUP_OF = {speaker: members[0] for members in _GROUPS for speaker in members}


@final
class Voices(Corpus):
    """Synthetic speech of 56 speakers, 5 sentences each, which is part of the repository.

    data/voices/LICENCE.md says how it was made, and data/voices/manifest.csv what is said.
    """

    synthesiser = "Kokoro-82M"
    suffixes = (".flac",)
    embedded_root: ClassVar[Path] = Path("data/voices")

    def utterances(self, root: Path) -> list[Utterance]:
        """Return all utterances, named by the number of the sentence. See `Corpus.utterances`."""
        utterances = [
            Utterance(match["speaker"], match["name"], root / match[0])
            for match in match_files(root, r"(?P<speaker>[^/]+)/(?P<name>\d{3})\.flac")
        ]
        return sort_utterances(utterances, EXPECTED, root)

    def group(self, speaker: str) -> str:
        """Return the group of a speaker. See `Corpus.group`.

        A blend is in one group with its two voices, and so are voices that sound alike.
        """
        return _GROUP_OF.get(speaker, speaker)

    def sex(self, speaker: str) -> Sex:
        """Return the sex of a voice. See `Corpus.sex`.

        The second letter of a voice, as in af_alloy, is f or m. Both voices of a blend have the
        same sex.
        """
        voice, *_ = BLENDS.get(speaker, (speaker,))
        return "female" if voice[1] == "f" else "male"
