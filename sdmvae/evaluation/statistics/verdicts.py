"""Verdicts on a family of differences from a reference, corrected by Holm's procedure.

A family is all comparisons that answer one question, for example those of all cells with the VAE
of their latent dimension. `holm.correct` says what the correction and the intervals promise. An
estimate of fewer than three seeds or two speakers gets no verdict, and does not count in the
family.
"""

import math
from collections.abc import Callable, Mapping
from typing import Literal

from sdmvae.evaluation.statistics import holm
from sdmvae.evaluation.statistics.estimates import Estimate, Interval
from sdmvae.evaluation.statistics.findings import (
    Difference,
    Finding,
    Quality,
    Verdict,
)

Family = Mapping[str, Estimate]


def tell_apart(family: Family, error: float = 0.05) -> dict[str, Finding[Difference]]:
    """Tell which differences are not zero, with two-sided t tests.

    "Not told apart" does not mean that both cells are equally good.

    Args:
        family: The difference from the reference for each cell, by the name of the cell.
        error: The probability of one wrong "higher" or "lower", or more, in the family.
    """

    def verdict(estimate: Estimate, rejected: bool) -> Difference:
        if not rejected:
            return Difference.NOT_TOLD_APART
        return Difference.HIGHER if estimate.value > 0 else Difference.LOWER

    return _judge(
        family,
        Estimate.p_value,
        lambda estimate, rate: estimate.interval(1 - rate),
        verdict,
        error,
    )


def keep_quality(
    family: Family, margin: float, better: Literal["higher", "lower"], error: float = 0.05
) -> dict[str, Finding[Quality]]:
    """Tell which cells lose less than a margin against the reference.

    This is the test of non-inferiority (Blackwelder 1982): a one-sided t test of the hypothesis
    that a cell is worse by the margin or more. A cell keeps the quality if the one-sided interval
    of its gain lies above minus the margin.

    Args:
        family: The difference from the reference for each cell, by the name of the cell.
        margin: The loss that matters, in the unit of the score, above zero.
        better: Whether higher or lower scores are better.
        error: The probability of one wrong "keeps", or more, in the family.

    Returns:
        The findings by the name of the cell. Their estimates are gains: above zero if the cell is
        better than the reference.

    Raises:
        ValueError: The margin is not a number above zero.
    """
    _check_margin(margin)
    gains = {name: -each if better == "lower" else each for name, each in family.items()}
    return _judge(
        gains,
        lambda gain: gain.p_value(-margin, "greater"),
        lambda gain, rate: gain.lower_bound(1 - rate),
        lambda _, rejected: Quality.KEEPS if rejected else Quality.NOT_SHOWN,
        error,
    )


def _check_margin(margin: float) -> None:
    if not (margin > 0 and math.isfinite(margin)):
        raise ValueError(f"margin: {margin} is not a number above zero")


def _judge(
    family: Family,
    p_value: Callable[[Estimate], float | None],
    interval: Callable[[Estimate, float], Interval | None],
    verdict: Callable[[Estimate, bool], Verdict],
    error: float,
) -> dict[str, Finding[Verdict]]:
    """Return the findings for a family.

    Args:
        family: The estimates by name.
        p_value: The p-value of an estimate; None if it allows no verdict.
        interval: The interval of an estimate that agrees with a test of a given error rate.
        verdict: The verdict for an estimate whose null hypothesis is rejected or not.
        error: The family-wise error rate.
    """
    raw = {name: p for name, estimate in family.items() if (p := p_value(estimate)) is not None}
    outcome = holm.correct(list(raw.values()), error)
    findings = {
        name: Finding[Verdict](estimate, estimate.interval(1 - error), 1 - error, None, None)
        for name, estimate in family.items()
    }
    for name, rejected, p in zip(raw, outcome.rejected, outcome.p, strict=True):
        estimate = family[name]
        bounds = interval(estimate, outcome.error)
        words = verdict(estimate, bool(rejected))
        findings[name] = Finding(estimate, bounds, 1 - outcome.error, float(p), words)
    return findings
