"""Our scores beside the figures of the published table."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from sdmvae.evaluation.published import published
from sdmvae.evaluation.statistics.estimates import Interval

# Our score, and the column of the published table. The published STOI is probably extended STOI.
COLUMNS = (("pesq", "pesq"), ("stoi", "stoi"), ("estoi", "stoi"), ("hoyer", "hoyer"))
FEWEST_CELLS = 4


@dataclass(frozen=True)
class Correlation:
    """One score of ours beside one column of the published table.

    Attributes:
        score: The name of our score.
        published: The column of the published table.
        cells: How many cells have both.
        spearman: Spearman's rank correlation over these cells; None if it is undefined.
        interval: Its interval, which treats the cells as a sample; None if it is undefined.
        mean_difference: The mean over cells of our score minus the published one; None without
            cells.
        rms_difference: The root mean square of these differences; None without cells.
    """

    score: str
    published: str
    cells: int
    spearman: float | None
    interval: Interval | None
    mean_difference: float | None
    rms_difference: float | None


def correlate(
    cells: Iterable[Mapping[str, Any]], score: str, column: str, level: float = 0.95
) -> Correlation:
    """Compare a score with a column of the published table, over the cells that have both.

    Args:
        cells: Cells with ``cell``, ``model``, ``arguments``, ``m`` and their scores.
        score: The name of our score.
        column: The column of the published table.
        level: The confidence level of the interval.
    """
    pairs = []
    for cell in cells:
        figures = published(cell["model"], cell["arguments"], cell["m"])
        ours = cell.get(score)
        if figures is not None and ours is not None and math.isfinite(ours):
            pairs.append((ours, getattr(figures, column)))
    if not pairs:
        return Correlation(score, column, 0, None, None, None, None)
    ours, theirs = np.array(pairs, dtype=float).T
    gap = ours - theirs
    spearman = rank_correlation(ours, theirs)
    interval = None if spearman is None else rank_interval(spearman, len(pairs), level)
    rms = float(np.sqrt(np.mean(gap**2)))
    return Correlation(score, column, len(pairs), spearman, interval, float(gap.mean()), rms)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float | None:
    """Return Spearman's rank correlation, in which equal values share their mean rank.

    Args:
        first: The values of one quantity, shape (n,).
        second: Those of the other, shape (n,).

    Returns:
        The correlation; None if n < 4, or if all values of one quantity are equal.
    """
    if len(first) < FEWEST_CELLS or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(stats.spearmanr(first, second).statistic)


def rank_interval(correlation: float, n: int, level: float = 0.95) -> Interval | None:
    """Return the interval of a rank correlation r (Bonett and Wright 2000, Psychometrika 65).

    Fisher's z = artanh(r) is taken as normal with standard error sqrt((1 + r^2 / 2) / (n - 3)).
    The n pairs count as a random sample of independent pairs.

    Args:
        correlation: r, from -1 to 1.
        n: The number of pairs.
        level: The confidence level.

    Returns:
        The interval; None if n < 4 or r is -1 or 1, where z is infinite.
    """
    if n < FEWEST_CELLS or math.isclose(abs(correlation), 1):
        return None
    error = math.sqrt((1 + correlation**2 / 2) / (n - 3))
    half = float(stats.norm.ppf((1 + level) / 2)) * error
    z = math.atanh(correlation)
    return Interval(math.tanh(z - half), math.tanh(z + half))
