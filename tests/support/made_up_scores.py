"""Made-up scores of several cells, whose effects of speakers and seeds are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sdmvae.evaluation.statistics.seed_scores import SeedScores

# Unequal numbers of utterances, for up to nine speakers.
UTTERANCES = (2, 10, 3, 7, 5, 4, 8, 6, 2)


def standard(shape: str, random: np.random.Generator, size: Sequence[int]) -> np.ndarray:
    """Draw numbers with mean 0 and standard deviation 1; "skewed" is a shifted exponential."""
    if shape == "normal":
        return random.standard_normal(size)
    return random.standard_exponential(size) - 1


@dataclass(frozen=True)
class Effects:
    """Standard deviations of the effects that add up to a score; the defaults resemble PESQ.

    The first two effects are the same for all cells. Each cell draws its own of the others, and
    they are multiplied by the factor of the cell, if it has one.
    """

    speaker: float = 0.25
    utterance: float = 0.3
    cell_speaker: float = 0.03
    cell_utterance: float = 0.06
    seed: float = 0.045
    seed_speaker: float = 0.02
    seed_utterance: float = 0.06
    shape: str = "normal"
    factors: Mapping[int, float] = field(default_factory=dict)  # by the position of the cell

    def scores(
        self,
        random: np.random.Generator,
        copies: int,
        seeds: Sequence[int],
        speakers: int,
        utterances: Sequence[int] = UTTERANCES,
    ) -> list[np.ndarray]:
        """Return the scores of each cell, of shape (copies, seeds, utterances), with true mean 0.

        Args:
            random: Where random numbers come from.
            copies: How often the whole experiment is repeated.
            seeds: The number of seeds of each cell.
            speakers: The number of speakers.
            utterances: The number of utterances of each speaker.
        """
        of_speaker = np.repeat(np.arange(speakers), utterances[:speakers])

        def effect(deviation: float, *size: int) -> np.ndarray:
            return deviation * standard(self.shape, random, (copies, *size))

        shared = effect(self.speaker, 1, speakers)[..., of_speaker]
        shared = shared + effect(self.utterance, 1, len(of_speaker))
        return [
            shared
            + self.factors.get(position, 1.0)
            * (
                effect(self.cell_speaker, 1, speakers)[..., of_speaker]
                + effect(self.cell_utterance, 1, len(of_speaker))
                + effect(self.seed, count, 1)
                + effect(self.seed_speaker, count, speakers)[..., of_speaker]
                + effect(self.seed_utterance, count, len(of_speaker))
            )
            for position, count in enumerate(seeds)
        ]

    def means(
        self,
        random: np.random.Generator,
        copies: int,
        seeds: Sequence[int],
        speakers: int,
        utterances: Sequence[int] = UTTERANCES,
    ) -> list[np.ndarray]:
        """Return the means of speakers of each cell, of shape (copies, seeds, speakers)."""
        starts = np.cumsum([0, *utterances[: speakers - 1]])
        counts = np.array(utterances[:speakers])
        return [
            np.add.reduceat(scores, starts, axis=-1) / counts
            for scores in self.scores(random, copies, seeds, speakers, utterances)
        ]


def seed_scores(cell: str, values: np.ndarray, speakers: Sequence[str] | None = None) -> SeedScores:
    """Return scores (seeds, utterances) as those of a cell.

    Args:
        cell: The name of the cell.
        values: The scores, shape (seeds, utterances).
        speakers: The speaker of each utterance; by default each has one of their own.
    """
    names = [f"u{position:03d}" for position in range(values.shape[1])]
    return SeedScores(cell, values, pd.MultiIndex.from_arrays([speakers or names, names]))
