"""Confidence intervals of a mean over utterances, with several utterances per speaker."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit


@dataclass(frozen=True)
class Interval:
    """A mean with its confidence interval, from mean - half to mean + half.

    Attributes:
        mean: The mean; NaN if there are no values.
        half: Half the width of the interval; NaN if there is no interval.
    """

    mean: float
    half: float

    @property
    def contains_zero(self) -> bool:
        """Whether zero lies in the interval; false if there is no interval."""
        return abs(self.mean) <= self.half


def of_mean(
    values: np.ndarray,
    speakers: np.ndarray,
    weights: np.ndarray | None = None,
    level: float = 0.95,
) -> Interval:
    """Return the weighted mean of values with its t interval, where speakers are the clusters.

    Utterances of one speaker are alike, so the speakers are what is independent. With the mean
    x = sum_i w_i x_i / sum_i w_i, and the sum u_g of w_i (x_i - x) over the utterances i of speaker
    g, the variance of the mean is estimated as G / (G - 1) sum_g u_g^2 / (sum_i w_i)^2 for G
    speakers (Liang and Zeger 1986, with a correction for few clusters). The interval takes the
    quantile of Student's t distribution with G - 1 degrees of freedom. If all speakers have
    equally many utterances, it is the t interval of the means of the speakers. The interval says
    how much the mean would change with other speakers. It does not cover other seeds.

    Args:
        values: The score of each utterance, shape (n,). Values that are not finite do not count.
        speakers: The speaker of each utterance, shape (n,).
        weights: The weight of each utterance, shape (n,); by default all weights are equal.
            Utterances with a weight of zero do not count.
        level: The confidence level.

    Returns:
        The mean and its interval. There is no interval if fewer than two speakers have a value,
        and no mean if there are no values.
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
