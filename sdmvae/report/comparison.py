"""Comparison of all cells in one score: means, differences from the baseline, the best cells."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics import estimates, seed_scores, verdicts
from sdmvae.evaluation.statistics.best import Placing, find_best
from sdmvae.evaluation.statistics.estimates import Estimate, Interval, Scope
from sdmvae.evaluation.statistics.findings import Difference, Finding, Quality, Standing
from sdmvae.evaluation.statistics.seed_scores import SeedScores
from sdmvae.report import variants

# A score of the whole cell has no value for an utterance, and so no interval.
COMPARED = [score for score in SCORES.values() if score.in_table and score.per != "cell"]


@dataclass(frozen=True)
class Comparison:
    """One score of all cells.

    Attributes:
        means: The score of each cell, by its name; None for a cell without one.
        estimates: The estimate of the mean of each cell that has one, by its name.
        differences: By cell, its difference from its baseline, where both have an estimate.
        qualities: By the same cells, whether they keep the quality of their baseline within the
            margin; empty without a margin.
        placings: By cell with an estimate, where it stands against the best cells. It is empty if
            fewer than two cells have one, or if neither higher nor lower scores are better.
        better: Whether higher or lower scores are better; None where neither is.
        margin: The loss from which on quality counts as lost; None for a score without one.
        error: The probability of one wrong verdict, or more, in a family of comparisons.
    """

    means: Mapping[str, float | None]
    estimates: Mapping[str, Estimate]
    differences: Mapping[str, Finding[Difference]]
    qualities: Mapping[str, Finding[Quality]]
    placings: Mapping[str, Placing]
    better: Literal["higher", "lower"] | None
    margin: float | None
    error: float

    @property
    def best(self) -> list[str]:
        """The cells that are not worse than the best cell; none of them without verdicts."""
        return [
            cell for cell, placing in self.placings.items() if placing.verdict is Standing.NOT_WORSE
        ]

    @property
    def highest(self) -> str | None:
        """The cell with the highest mean, the first one if several are equal."""
        means = {cell: mean for cell, mean in self.means.items() if mean is not None}
        return max(means, key=means.__getitem__, default=None)

    def half_width(self, cell: str) -> float:
        """Return half the width of the 95 % interval of a cell's mean; NaN if there is none."""
        estimate = self.estimates.get(cell)
        return half_width(None if estimate is None else estimate.interval())


def compare(results: Results) -> dict[str, Comparison]:
    """Compare all cells in every score of the table that utterances have.

    Args:
        results: The outputs of a run.

    Returns:
        The comparison for each score, by the name of the score.

    Raises:
        ScoresError: The cells do not have the same utterances.
    """
    settings = results.settings.compare
    margins = settings.margins.model_dump()
    baselines = variants.find_baselines(results.cells)
    return {
        score.name: compare_cells(
            {
                cell["cell"]: seed_scores.from_table(
                    cell["cell"], results.utterances[cell["cell"]], score.name
                )
                for cell in results.cells
            },
            {cell["cell"]: cell[score.name] for cell in results.cells},
            baselines,
            better=score.better,
            margin=margins.get(score.name),
            error=settings.error,
        )
        for score in COMPARED
    }


def compare_cells(
    scores: Mapping[str, SeedScores],
    means: Mapping[str, float | None],
    baselines: Mapping[str, str],
    *,
    better: Literal["higher", "lower"] | None,
    margin: float | None = None,
    error: float = 0.05,
) -> Comparison:
    """Compare all cells in one score.

    The differences of all cells from their baselines are one family, whatever their latent
    dimensions. A cell takes part if it has a mean, and an utterance that every seed has scored.

    Args:
        scores: The scores of each cell, by its name.
        means: The score of each cell as the table shows it; None for a cell without one.
        baselines: The baseline of each cell that has one.
        better: Whether higher or lower scores are better; None where neither is.
        margin: The loss from which on quality counts as lost; None for a score without one.
        error: The probability of one wrong verdict, or more, in a family of comparisons.

    Raises:
        ScoresError: The cells do not have the same utterances.
    """
    found = {cell: estimates.mean(scores[cell]) for cell, mean in means.items() if mean is not None}
    found = {cell: estimate for cell, estimate in found.items() if math.isfinite(estimate.value)}
    family = {
        cell: estimates.difference(scores[cell], scores[base])
        for cell, base in baselines.items()
        if cell in found and base in found
    }
    return Comparison(
        means,
        found,
        verdicts.tell_apart(family, error),
        verdicts.keep_quality(family, margin, better, error) if margin and better else {},
        find_best([scores[cell] for cell in found], better, error) if better else {},
        better,
        margin,
        error,
    )


def find_scope(comparisons: Mapping[str, Comparison]) -> Scope:
    """Return what the intervals of a run cover; all intervals of a run cover the same."""
    scopes = {
        estimate.scope
        for comparison in comparisons.values()
        for estimate in comparison.estimates.values()
    }
    return next((scope for scope in Scope if scope in scopes), Scope.NOTHING)


def keeps_quality(comparisons: Mapping[str, Comparison], cell: str) -> bool | None:
    """Return whether a cell keeps the quality of its baseline in every score with a margin.

    Returns:
        None if there is no verdict in one of these scores.
    """
    findings = [
        comparison.qualities.get(cell)
        for comparison in comparisons.values()
        if comparison.margin is not None
    ]
    told = [finding.verdict for finding in findings if finding and finding.verdict]
    if not findings or len(told) < len(findings):
        return None
    return all(verdict is Quality.KEEPS for verdict in told)


def half_width(interval: Interval | None) -> float:
    """Return half the width of a two-sided interval; NaN if there is none."""
    return math.nan if interval is None else (interval.high - interval.low) / 2
