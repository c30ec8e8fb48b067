"""Scores of all cells set against one another: intervals, the best, and what is level with it."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sdmvae.evaluation import intervals
from sdmvae.evaluation.intervals import Interval
from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES

BY_UTTERANCE = ("pesq", "stoi", "estoi")
BY_FRAME = ("hoyer", "hoyer_normalised", "iwae")


@dataclass(frozen=True)
class Compared:
    """One score, of which more is better, in all cells.

    Attributes:
        figures: by cell, the score; None where it has none.
        values: one row an utterance, one column a cell.
        speakers: of the rows.
        weights: of the rows, one column a cell.
    """

    figures: dict[str, float | None]
    values: pd.DataFrame
    speakers: np.ndarray
    weights: pd.DataFrame

    def interval(self, cell: str) -> Interval:
        """The cell's score with its interval."""
        figure = self.figures[cell]
        if figure is None:
            return Interval(math.nan, math.nan)
        found = intervals.of_mean(self.values[cell], self.speakers, self.weights[cell])
        return Interval(figure, found.half)

    def difference(self, cell: str, other: str) -> Interval:
        """`cell` less `other`, paired by utterance."""
        pairs = self.values[cell] - self.values[other]
        return intervals.of_mean(pairs, self.speakers, self.weights[cell])

    @property
    def best(self) -> str | None:
        """The cell with the largest figure, the first of equals; None where no cell has one."""
        scored = {cell: figure for cell, figure in self.figures.items() if figure is not None}
        return max(scored, key=scored.__getitem__) if scored else None

    @property
    def stands_alone(self) -> bool:
        """Whether every other cell's paired difference from the best has an interval below zero."""
        differences = [
            self.difference(cell, self.best)
            for cell, figure in self.figures.items()
            if figure is not None and cell != self.best
        ]
        return all(each.mean + each.half < 0 for each in differences)

    @property
    def level(self) -> list[str]:
        """Other cells whose paired difference from the best has an interval that holds zero."""
        return [
            cell
            for cell, figure in self.figures.items()
            if figure is not None
            and cell != self.best
            and self.difference(cell, self.best).contains_zero
        ]


def compare(results: Results) -> dict[str, Compared]:
    """Every score of the table by its name.

    PESQ and STOI are means over utterances; sparsity and bound are means over frames, so an
    utterance counts by its frames. The deviations that normalise codes are taken as known.
    """
    rows = {cell["cell"]: _rows(results, cell["cell"]) for cell in results.cells}
    first = next(iter(rows.values()))
    columns = {
        name: pd.DataFrame({cell: each[name] for cell, each in rows.items()}).loc[first.index]
        for name in ("frames", *BY_UTTERANCE, *BY_FRAME)
    }
    return {
        score: Compared(
            {cell["cell"]: cell[score] for cell in results.cells},
            columns[score],
            first["speaker"].to_numpy(),
            columns["frames"] if score in BY_FRAME else columns["frames"].clip(1, 1),
        )
        for score in (*BY_UTTERANCE, *BY_FRAME)
    }


def _rows(results: Results, cell: str) -> pd.DataFrame:
    normalised = SCORES["hoyer_normalised"].of_utterances(results.outputs(cell))
    return results.utterances[cell].assign(hoyer_normalised=normalised).set_index("path")
