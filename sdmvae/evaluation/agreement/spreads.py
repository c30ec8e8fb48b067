"""How much a score changes over the settings of a model, and which of two models changes less."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sdmvae.evaluation.agreement.findings import Comparison, Verdict
from sdmvae.evaluation.agreement.scored_cells import Cell, Pair, ScoredCells
from sdmvae.evaluation.statistics.estimates import Estimate, Interval, Scope


class _Spread(NamedTuple):
    """The largest absolute difference between two settings of a model, with its interval.

    Attributes:
        value: The largest difference that is estimated.
        interval: What the true one may be; None if the estimates have no intervals.
        scope: What the interval covers.
        allows_verdict: Whether all estimates support a claim about methods.
    """

    value: float
    interval: Interval | None
    scope: Scope
    allows_verdict: bool


def compare_spreads(
    run: ScoredCells, score: str, wide: Sequence[Cell], narrow: Sequence[Cell], error: float
) -> list[Comparison]:
    """Ask for each latent dimension whether one model has a wider spread than another.

    The spread is the largest absolute difference between two settings of a model at one m. Every
    such difference d has an interval d +- h, and together they hold with probability `1 - error`
    (Bonferroni, over all pairs of settings of both models and all m). Then the spread is at least
    the largest max(0, |d| - h), and at most the largest |d| + h.

    Args:
        run: The cells.
        score: The name of the score.
        wide: The cells of the model that is expected to have the wider spread.
        narrow: The cells of the other model.
        error: The probability of one wrong verdict, or more.

    Returns:
        One comparison for each m at which both models have two settings or more.

    Raises:
        ScoresError: The scores of two cells cannot be compared.
    """
    settings = [
        (m, [[cell for cell in model if cell["m"] == m] for model in (wide, narrow)])
        for m in sorted({cell["m"] for cell in wide})
    ]
    families = [
        (m, [_differences(run, score, model) for model in models])
        for m, models in settings
        if min(map(len, models)) >= 2
    ]
    pairs = sum(len(each) for _, models in families for each in models)
    return [
        _compare(
            score,
            [f"spread of {model[0]['model']} at m = {m}" for model in (wide, narrow)],
            *(_spread(differences, 1 - error / pairs) for differences in models),
        )
        for m, models in families
    ]


def _compare(score: str, names: Sequence[str], first: _Spread, second: _Spread) -> Comparison:
    interval = None
    if first.interval and second.interval:
        interval = Interval(
            first.interval.low - second.interval.high, first.interval.high - second.interval.low
        )
    return Comparison(
        score=score,
        first=names[0],
        second=names[1],
        values=(first.value, second.value),
        difference=first.value - second.value,
        interval=interval,
        scope=first.scope,
        p=None,
        margin=0.0,
        verdict=_judge(interval) if first.allows_verdict and second.allows_verdict else None,
    )


def _differences(run: ScoredCells, score: str, cells: Sequence[Cell]) -> list[Estimate]:
    names = [cell["cell"] for cell in cells]
    return [run.estimate(Pair(score, *pair)) for pair in itertools.combinations(names, 2)]


def _spread(differences: Sequence[Estimate], level: float) -> _Spread:
    sizes = np.abs([each.value for each in differences])
    intervals = [each.interval(level) for each in differences]
    bounds = None
    if all(intervals):
        halves = np.array([(each.high - each.low) / 2 for each in intervals if each])
        # The maximum of NumPy is NaN if one of the differences is.
        low, high = np.max(np.maximum(0, sizes - halves)), np.max(sizes + halves)
        bounds = Interval(float(low), float(high))
    allows_verdict = all(each.allows_verdict for each in differences)
    return _Spread(float(np.max(sizes)), bounds, differences[0].scope, allows_verdict)


def _judge(interval: Interval | None) -> Verdict:
    if interval and interval.low > 0:
        return Verdict.HOLDS
    return Verdict.FAILS if interval and interval.high < 0 else Verdict.OPEN
