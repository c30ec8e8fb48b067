"""Means and differences over seeds and speakers as arrays, with Student's t distribution.

All functions take arrays with any leading axes, and treat each entry along these axes alone.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

Alternative = Literal["two-sided", "greater", "less"]


class Student(NamedTuple):
    """Estimates whose errors follow Student's t distribution, all of shape (...).

    Attributes:
        value: The estimate.
        variance: The estimated variance of `value`; NaN with fewer than two speakers.
        df: The degrees of freedom of `variance`.
    """

    value: np.ndarray
    variance: np.ndarray
    df: np.ndarray

    def p_value(self, null: float = 0.0, alternative: Alternative = "two-sided") -> np.ndarray:
        """Return the p-value of the t test.

        Args:
            null: The value under the null hypothesis.
            alternative: Whether the true value is "greater" or "less" than `null`, or either.

        Returns:
            The p-values, shape (...); NaN where there is no variance. If the variance is zero, the
            p-value is 0 or 1, and for a one-sided test at `null` it is 0.5.
        """
        excess = self.value - null
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(excess == 0, 0 * self.variance, excess / np.sqrt(self.variance))
        if alternative == "two-sided":
            return np.asarray(2 * stdtr(self.df, -np.abs(t)))
        return np.asarray(stdtr(self.df, -t if alternative == "greater" else t))

    def half_width(self, level: float = 0.95) -> np.ndarray:
        """Return half the width of the two-sided interval with the given confidence level."""
        return np.asarray(stdtrit(self.df, (1 + level) / 2) * np.sqrt(self.variance))


def mean_of(means: np.ndarray) -> Student:
    """Return the mean of a cell: that of any seed and any speaker.

    With the mean x_g of speaker g over R seeds, and the mean y_r of seed r over G speakers, the
    variance of the mean is ``V = var(x) / G + var(y) / R``. The effect of a seed on a single
    speaker counts in both terms, so V is rather too large than too small. The degrees of freedom
    are Satterthwaite's (1946) for G - 1 and R - 1. With one seed the second term is left out, and
    V says only how much the mean changes with the speakers.

    Args:
        means: The means of speakers by seed, shape (..., R, G).
    """
    return _combine(means.mean(axis=-2), [means])


def difference_of(first: np.ndarray, second: np.ndarray) -> Student:
    """Return the mean of one cell minus that of another, paired by speaker.

    The seeds of both cells are independent samples of R_A and R_B seeds. With the difference d_g of
    the means of speaker g over seeds, and the means a_r and b_r of seed r over G speakers, the
    variance of the difference is ``V = var(d) / G + var(a) / R_A + var(b) / R_B``, with
    Satterthwaite's (1946) degrees of freedom for G - 1, R_A - 1 and R_B - 1. If one of the cells
    has one seed only, V is ``var(d) / G`` and says how much the difference changes with the
    speakers.

    Args:
        first: The means of speakers by seed of one cell, shape (..., R_A, G).
        second: Those of the other cell, shape (..., R_B, G).
    """
    return _combine(first.mean(axis=-2) - second.mean(axis=-2), [first, second])


def _combine(speakers: np.ndarray, cells: Sequence[np.ndarray]) -> Student:
    """Return the mean over speakers (..., G), where seeds vary as in cells (..., R, G)."""
    count = speakers.shape[-1]
    if count < 2:
        nothing = np.full(speakers.shape[:-1], np.nan)
        return Student(speakers[..., 0] if count else nothing, nothing, nothing)
    samples = [speakers]
    if all(cell.shape[-2] > 1 for cell in cells):
        samples += [cell.mean(axis=-1) for cell in cells]
    terms = np.stack([sample.var(axis=-1, ddof=1) / sample.shape[-1] for sample in samples])
    variance = terms.sum(axis=0)
    shares = terms / np.where(variance > 0, variance, 1)
    # Without variance all t tests agree, whatever their degrees of freedom.
    lost = sum(
        share**2 / (sample.shape[-1] - 1) for share, sample in zip(shares, samples, strict=True)
    )
    df = 1 / np.where(variance > 0, lost, 1 / (count - 1))
    return Student(speakers.mean(axis=-1), variance, df)
