"""Families of differences between cells: one family for each score."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from sdmvae.evaluation.statistics import estimates, seed_scores, verdicts
from sdmvae.evaluation.statistics.seed_scores import SeedScores
from tools.results.findings import describe


class Side(NamedTuple):
    """A cell of a difference.

    Attributes:
        cell: The cell with its scores, as `results.read_cell` returns it.
        utterances: The scores of every test utterance for every ``seed``.
    """

    cell: Mapping[str, Any]
    utterances: pd.DataFrame

    def scores(self, name: str) -> SeedScores:
        """Return one score of every seed and utterance."""
        return seed_scores.from_table(self.cell["cell"], self.utterances, name)


def tell_apart(
    pairs: Mapping[str, tuple[Side, Side]], scores: Iterable[str], error: float
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return for each pair the difference, first minus second, in every score that both have.

    Differences are paired by utterance. All pairs are a family in each score.

    Args:
        pairs: The pairs by name.
        scores: The names of the scores.
        error: The probability of one wrong verdict, or more, in a family.

    Returns:
        By pair and score what `findings.describe` returns.

    Raises:
        ScoresError: The cells of a pair do not have the same utterances.
    """
    described: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in pairs}
    for score in scores:
        family = {
            name: estimates.difference(first.scores(score), second.scores(score))
            for name, (first, second) in pairs.items()
            if first.cell.get(score) is not None and second.cell.get(score) is not None
        }
        family = {name: each for name, each in family.items() if math.isfinite(each.value)}
        for name, finding in verdicts.tell_apart(family, error).items():
            described[name][score] = describe(finding)
    return described
