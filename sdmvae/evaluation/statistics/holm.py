"""Holm's correction for several comparisons, and the confidence level that agrees with it."""

import gc
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from statsmodels.stats.multitest import multipletests


class Holm(NamedTuple):
    """The outcome of Holm's procedure for a family of n tests.

    Attributes:
        rejected: Whether each null hypothesis is rejected, shape (n,).
        p: The adjusted p-values, shape (n,).
        error: The error rate at which each single interval of the family is to be computed.
    """

    rejected: np.ndarray
    p: np.ndarray
    error: float


def correct(p: Sequence[float], error: float = 0.05) -> Holm:
    """Correct the p-values of a family with the procedure of Holm (1979).

    The probability of at least one false rejection in the family is at most `error`, however the
    tests depend on one another.

    All intervals of the family share one level. If r of n hypotheses are rejected, each interval is
    computed with the error rate ``error / (n - max(r, 1) + 1)``, at which the procedure rejected
    the last one. So an interval leaves out the null value exactly if its hypothesis is rejected:
    the p-values of rejected hypotheses are at most this rate, and those of the others are larger
    than ``error / (n - r)``.

    Each single interval covers its true value with probability `1 - error` at least. The level also
    satisfies the rule of Benjamini and Yekutieli (2005): of the intervals whose hypotheses are
    rejected, at most a fraction of `error` is expected to miss the true value. If no hypothesis
    is rejected, the intervals are Bonferroni's and hold simultaneously; otherwise they need not.
    Simultaneous intervals that agree with Holm's procedure exist (Strassburger and Bretz 2008), but
    one that leaves out the null value mostly begins just there, and so says nothing of the size.

    Args:
        p: The p-values of the family, shape (n,), without NaN.
        error: The family-wise error rate.
    """
    if not len(p):
        return Holm(np.zeros(0, dtype=bool), np.zeros(0), error)
    # `multipletests` collects all garbage in each call, which takes a thousand times as long as the
    # rest. Frozen objects are passed over.
    gc.freeze()
    try:
        rejected, adjusted, *_ = multipletests(p, alpha=error, method="holm")
    finally:
        gc.unfreeze()
    return Holm(rejected, adjusted, error / (len(p) - max(int(rejected.sum()), 1) + 1))
