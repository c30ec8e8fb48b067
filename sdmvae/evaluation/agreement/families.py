"""The comparisons that one claim rests on, with verdicts corrected by Holm's procedure.

A family is all comparisons of a claim, over all latent dimensions. A claim that is wrong is said to
hold with probability `error` at most, and so is a claim that is right said not to hold.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sdmvae.evaluation.agreement.findings import Comparison, Verdict
from sdmvae.evaluation.agreement.scored_cells import Pair, ScoredCells
from sdmvae.evaluation.statistics import findings, holm, verdicts
from sdmvae.evaluation.statistics.estimates import Estimate, Interval

_TOLD = {
    findings.Difference.HIGHER: Verdict.HOLDS,
    findings.Difference.LOWER: Verdict.FAILS,
    findings.Difference.NOT_TOLD_APART: Verdict.OPEN,
}


def find_higher(run: ScoredCells, pairs: Sequence[Pair], error: float) -> list[Comparison]:
    """Ask for each pair whether the first cell has a higher score, with two-sided t tests.

    Args:
        run: The cells.
        pairs: The family.
        error: The probability of one wrong "holds" or "does not hold", or more, in the family.

    Raises:
        ScoresError: The scores of two cells cannot be compared.
    """
    estimates = {pair: run.estimate(pair) for pair in pairs}
    found = verdicts.tell_apart(_known(estimates), error)
    comparisons = []
    for pair, estimate in estimates.items():
        comparison = _without_verdict(run, pair, estimate)
        if finding := found.get(_key(pair)):
            told = None if finding.verdict is None else _TOLD[finding.verdict]
            comparison = replace(comparison, interval=finding.interval, p=finding.p, verdict=told)
        comparisons.append(comparison)
    return comparisons


def find_kept(
    run: ScoredCells, pairs: Sequence[Pair], margins: Mapping[str, float], error: float
) -> list[Comparison]:
    """Ask for each pair whether the first cell loses less than the margin.

    Two families of one-sided t tests answer this. The first one is that of non-inferiority, see
    `verdicts.keep_quality`. The other one asks which cells lose more than the margin. The low end
    of an interval belongs to the first, and the high end to the second.

    Args:
        run: The cells.
        pairs: The family, of scores of which higher values are better. It may have several scores.
        margins: The loss that does not matter, by score.
        error: The probability of one wrong "holds", or more, in the family, and that of one wrong
            "does not hold", or more.

    Raises:
        ScoresError: The scores of two cells cannot be compared.
    """
    estimates = {pair: run.estimate(pair) for pair in pairs}
    # In units of the margin, all scores are one family with the margin 1.
    known = _known({pair: _divide(each, margins[pair.score]) for pair, each in estimates.items()})
    kept = verdicts.keep_quality(known, 1.0, "higher", error)
    tested = {
        key: p for key, each in known.items() if (p := each.p_value(-1.0, "less")) is not None
    }
    losses = holm.correct(list(tested.values()), error)
    lost = dict(zip(tested, losses.rejected, strict=True))
    comparisons = []
    for pair, estimate in estimates.items():
        margin = margins[pair.score]
        comparison = replace(_without_verdict(run, pair, estimate), margin=margin)
        if (finding := kept.get(_key(pair))) and (interval := finding.interval):
            upper = known[_key(pair)].interval(1 - 2 * losses.error)
            if finding.verdict is not None and upper is not None:
                interval = Interval(interval.low, upper.high)
            comparison = replace(
                comparison,
                interval=Interval(margin * interval.low, margin * interval.high),
                p=finding.p,
                verdict=_judge_kept(finding.verdict, bool(lost.get(_key(pair)))),
            )
        comparisons.append(comparison)
    return comparisons


def _judge_kept(verdict: findings.Quality | None, lost: bool) -> Verdict | None:
    if verdict is None:
        return None
    if lost:
        return Verdict.FAILS
    return Verdict.HOLDS if verdict is findings.Quality.KEEPS else Verdict.OPEN


def _known(estimates: Mapping[Pair, Estimate]) -> dict[str, Estimate]:
    """Return the estimates that are numbers, by key."""
    return {_key(pair): each for pair, each in estimates.items() if math.isfinite(each.value)}


def _key(pair: Pair) -> str:
    return " ".join(pair)


def _divide(estimate: Estimate, unit: float) -> Estimate:
    return replace(estimate, value=estimate.value / unit, variance=estimate.variance / unit**2)


def _without_verdict(run: ScoredCells, pair: Pair, estimate: Estimate) -> Comparison:
    return Comparison(
        score=pair.score,
        first=pair.first,
        second=pair.second,
        values=run.values(pair),
        difference=estimate.value,
        interval=None,
        scope=estimate.scope,
        p=None,
        margin=0.0,
        verdict=None,
    )
