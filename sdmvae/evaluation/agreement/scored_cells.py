"""The cells of a run as claims see them: which models they are of, and estimates of their scores.

Cells with a factor beta of the KL divergence are left out: the paper has none.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from sdmvae.evaluation.statistics import estimates, seed_scores
from sdmvae.evaluation.statistics.estimates import Estimate
from sdmvae.evaluation.statistics.seed_scores import SeedScores

Cell = Mapping[str, Any]


class Pair(NamedTuple):
    """Two cells whose difference in a score is asked for.

    Attributes:
        score: The name of the score.
        first: The name of a cell.
        second: The name of the cell that is taken off; empty if nothing is.
    """

    score: str
    first: str
    second: str = ""


@dataclass(frozen=True, eq=False)
class ScoredCells:
    """All cells of a run with the scores of every utterance.

    Attributes:
        cells: Cells with ``cell`` (the name), ``model``, ``arguments`` and ``m``.
        utterances: By cell, one row for each seed and utterance, with the columns ``seed``,
            ``speaker``, ``utterance`` and the scores.
    """

    cells: Sequence[Cell]
    utterances: Mapping[str, pd.DataFrame]
    _scores: dict[tuple[str, str], SeedScores] = field(default_factory=dict, repr=False)

    @property
    def sdm(self) -> list[Cell]:
        """The cells of SDM-VAE, whatever their dictionary."""
        return self._of_model("sdm")

    @property
    def vsc(self) -> list[Cell]:
        """The cells of VSC, whatever their alpha."""
        return self._of_model("vsc")

    @property
    def vae(self) -> list[Cell]:
        """The VAE of each latent dimension; the first one if there are several."""
        first: dict[int, Cell] = {}
        for cell in self.cells:
            if cell["model"] == "vae" and not cell["arguments"]:
                first.setdefault(cell["m"], cell)
        return list(first.values())

    def scores(self, cell: str, score: str) -> SeedScores:
        """Return one score of a cell.

        Raises:
            ScoresError: The table of the cell is incomplete.
        """
        key = cell, score
        if key not in self._scores:
            self._scores[key] = seed_scores.from_table(cell, self.utterances[cell], score)
        return self._scores[key]

    def estimate(self, pair: Pair) -> Estimate:
        """Estimate the difference of two cells, or the mean of the first if there is no second.

        Raises:
            ScoresError: A table is incomplete, or the cells do not have the same utterances.
        """
        first = self.scores(pair.first, pair.score)
        if not pair.second:
            return estimates.mean(first)
        return estimates.difference(first, self.scores(pair.second, pair.score))

    def values(self, pair: Pair) -> tuple[float, float]:
        """Return the means of both cells; that of no cell is zero."""
        names = (pair.first, pair.second)
        first, second = (
            estimates.mean(self.scores(name, pair.score)).value if name else 0.0 for name in names
        )
        return first, second

    def _of_model(self, model: str) -> list[Cell]:
        return [
            cell
            for cell in self.cells
            if cell["model"] == model and "beta" not in cell["arguments"]
        ]


def pair_up(score: str, firsts: Iterable[Cell], seconds: Iterable[Cell]) -> list[Pair]:
    """Return all pairs of a cell of one list and a cell of another with the same m.

    Args:
        score: The name of the score.
        firsts: The cells that the second ones are taken off.
        seconds: The cells that are taken off.
    """
    seconds = list(seconds)
    return [
        Pair(score, first["cell"], second["cell"])
        for first in firsts
        for second in seconds
        if first["m"] == second["m"]
    ]


def pair_atoms(run: ScoredCells, score: str) -> list[Pair]:
    """Return all pairs of cells of SDM-VAE that differ in the number of atoms only.

    Their dictionary is the DCT, and the first cell has more atoms than the second.

    Args:
        run: The cells.
        score: The name of the score.
    """
    dct = [cell for cell in run.sdm if cell["arguments"].get("dictionary") == "dct"]
    return [
        Pair(score, first["cell"], second["cell"])
        for first, second in itertools.permutations(dct, 2)
        if first["m"] == second["m"]
        and _others(first) == _others(second)
        and _atoms(first) > _atoms(second)
    ]


def _atoms(cell: Cell) -> int:
    return int(cell["arguments"].get("atoms") or cell["m"])


def _others(cell: Cell) -> dict[str, Any]:
    return {name: value for name, value in cell["arguments"].items() if name != "atoms"}
