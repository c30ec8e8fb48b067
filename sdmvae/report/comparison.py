"""Comparison of all cells in one score: intervals, the best cell, and those close to it."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sdmvae.evaluation import intervals
from sdmvae.evaluation.intervals import Interval
from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES

# A score of the whole cell has no value for an utterance, and so no interval.
COMPARED = [score for score in SCORES.values() if score.in_table and score.per != "cell"]


@dataclass(frozen=True)
class Comparison:
    """One score of all cells.

    Attributes:
        means: The score of each cell, by its name; None for a cell without one.
        values: The scores of utterances, one row per utterance and one column per cell.
        speakers: The speaker of each row.
        weights: The weight of each value in the mean, of the same shape as `values`.
        better: Whether higher or lower figures are better; None where neither is.
    """

    means: dict[str, float | None]
    values: pd.DataFrame
    speakers: np.ndarray
    weights: pd.DataFrame
    better: Literal["higher", "lower"] | None = "higher"

    def interval(self, cell: str) -> Interval:
        """Return the score of a cell with its interval over speakers."""
        mean = self.means[cell]
        if mean is None:
            return Interval(math.nan, math.nan)
        half = self._interval(self.values[cell], cell).half
        return Interval(mean, half)

    def difference(self, cell: str, other: str) -> Interval:
        """Return the score of `cell` minus that of `other`, paired by utterance."""
        return self._interval(self.values[cell] - self.values[other], cell)

    def improvement(self, cell: str, other: str) -> Interval:
        """Return how much better `cell` is than `other`, paired by utterance.

        It is the difference, with the opposite sign if lower figures are better.
        """
        difference = self.difference(cell, other)
        sign = -1 if self.better == "lower" else 1
        return Interval(sign * difference.mean, difference.half)

    @property
    def best(self) -> str | None:
        """The cell with the best score, the first one if several are equal.

        It is None if no cell has a score, or if neither higher nor lower scores are better.
        """
        means = {cell: mean for cell, mean in self.means.items() if mean is not None}
        if not means or self.better is None:
            return None
        choose = min if self.better == "lower" else max
        return choose(means, key=means.__getitem__)

    @property
    def best_is_clear(self) -> bool:
        """Whether the best cell is clearly better than every other cell with a score."""
        best = self.best
        improvements = [self.improvement(cell, best) for cell in self._others() if best]
        return all(improvement.mean + improvement.half < 0 for improvement in improvements)

    @property
    def close_to_best(self) -> list[str]:
        """Other cells without a clear difference from the best.

        The 95 % interval of their difference from the best cell contains zero.
        """
        best = self.best
        return [
            cell for cell in self._others() if best and self.difference(cell, best).contains_zero
        ]

    def _others(self) -> list[str]:
        """Return the cells that have a score, apart from the best."""
        return [cell for cell, mean in self.means.items() if mean is not None and cell != self.best]

    def _interval(self, values: "pd.Series[float]", cell: str) -> Interval:
        return intervals.of_mean(
            values.to_numpy(), self.speakers, self.weights[cell].to_numpy(dtype=float)
        )


def compare(results: Results) -> dict[str, Comparison]:
    """Compare all cells in every score that the table has an interval for.

    PESQ and STOI are means over utterances. Sparsity and the bound are means over frames, so each
    utterance has its number of frames as its weight. The standard deviations that Hoyer
    normalised divides by are treated as known, so its interval does not include their error.

    Returns:
        The comparison for each score, by the name of the score.
    """
    rows = {cell["cell"]: _read_rows(results, cell["cell"]) for cell in results.cells}
    first = next(iter(rows.values()))

    def gather(column: str) -> pd.DataFrame:
        return pd.DataFrame({cell: table[column] for cell, table in rows.items()}).loc[first.index]

    frames = gather("frames")
    return {
        score.name: Comparison(
            {cell["cell"]: cell[score.name] for cell in results.cells},
            gather(score.name),
            first["speaker"].to_numpy(),
            frames if score.per == "frame" else frames.clip(1, 1),
            score.better,
        )
        for score in COMPARED
    }


def _read_rows(results: Results, cell: str) -> pd.DataFrame:
    """Return every compared score of each utterance of a cell, by path."""
    rows = results.utterances[cell]
    # The tables of utterances leave out what is quickly computed from the codes.
    missing = [score for score in COMPARED if score.name not in rows]
    if missing:
        outputs = results.outputs(cell)
        rows = rows.assign(**{score.name: score.of_utterances(outputs) for score in missing})
    return rows.set_index("path")
