"""Intervals of a mean over utterances of which each speaker has several."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit


@dataclass(frozen=True)
class Interval:
    """A mean, and half the width of its interval: NaN where there is none."""

    mean: float
    half: float

    @property
    def contains_zero(self) -> bool:
        """Whether zero cannot be told apart from the mean; false without an interval."""
        return abs(self.mean) <= self.half


def of_mean(
    values: np.ndarray,
    speakers: np.ndarray,
    weights: np.ndarray | None = None,
    level: float = 0.95,
) -> Interval:
    """The mean of `values` (n,) and its t interval, with speakers (n,) as clusters.

    Utterances of one speaker are alike, so what counts as independent is the speaker. With
    x = sum w_i x_i / sum w_i and u_g = the sum over speaker g of w_i (x_i - x), the variance is
    G / (G - 1) sum u_g^2 / (sum w_i)^2 (Liang and Zeger 1986, corrected for few clusters), set
    against Student's t with G - 1 degrees of freedom. Where speakers have as many utterances
    each, that is the t interval of their means. It is about other speakers, not other seeds.

    Values that are not finite, and weights of zero, do not count. With fewer than two speakers
    there is no interval; with no value no mean either.
    """
    values = np.asarray(values, dtype=float)
    weights = np.ones_like(values) if weights is None else np.asarray(weights, dtype=float)
    kept = np.isfinite(values) & (weights > 0)
    values, weights, speakers = values[kept], weights[kept], np.asarray(speakers)[kept]
    if not len(values):
        return Interval(math.nan, math.nan)
    total = weights.sum()
    mean = float((weights * values).sum() / total)
    _, cluster = np.unique(speakers.astype(str), return_inverse=True)
    sums = np.bincount(cluster, weights * (values - mean))
    if len(sums) < 2:
        return Interval(mean, math.nan)
    variance = len(sums) / (len(sums) - 1) * (sums**2).sum() / total**2
    return Interval(mean, float(stdtrit(len(sums) - 1, (1 + level) / 2) * math.sqrt(variance)))
