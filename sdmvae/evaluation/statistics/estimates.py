"""The mean of one cell, and the difference of two cells, with what their intervals cover."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from sdmvae.evaluation.statistics.seed_scores import SeedScores, SharedMeans, share_utterances
from sdmvae.evaluation.statistics.student import Alternative, Student, difference_of, mean_of

# With two seeds the correction for several comparisons does not hold: in simulations a family of
# six equal cells has a false difference in up to 9 % of cases in place of 5 %.
FEWEST_SEEDS = 3


class Scope(StrEnum):
    """What the interval of an estimate covers."""

    METHODS = "other seeds, other speakers"
    WEIGHTS = "these weights, other speakers"
    NOTHING = "no interval: fewer than two speakers"


class Interval(NamedTuple):
    """A confidence interval from `low` to `high`; a one-sided interval has one infinite end."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """A mean or a difference of means, over seeds and speakers.

    Attributes:
        value: The estimate; NaN if no utterance has all scores.
        variance: Its estimated variance; NaN if there is no interval.
        df: The degrees of freedom of the variance; NaN if there is no interval.
        scope: What the interval covers.
        speakers: How many speakers the estimate is of.
        seeds: How many seeds each of the cells has.
        utterances: How many utterances the estimate is of.
        left_out: How many utterances are left out, because a score of them is not finite.
    """

    value: float
    variance: float
    df: float
    scope: Scope
    speakers: int
    seeds: tuple[int, ...]
    utterances: int
    left_out: int

    @property
    def allows_verdict(self) -> bool:
        """Whether the estimate can support a claim about methods.

        It must cover other seeds and speakers, and each cell must have three seeds or more.
        """
        return self.scope is Scope.METHODS and min(self.seeds) >= FEWEST_SEEDS

    def interval(self, level: float = 0.95) -> Interval | None:
        """Return the two-sided interval with the given confidence level, if there is one."""
        if self.scope is Scope.NOTHING:
            return None
        half = float(self._student.half_width(level))
        return Interval(self.value - half, self.value + half)

    def lower_bound(self, level: float = 0.95) -> Interval | None:
        """Return the interval that has a lower end only, if there is one."""
        two_sided = self.interval(2 * level - 1)
        return two_sided and Interval(two_sided.low, math.inf)

    def __neg__(self) -> "Estimate":
        """Return the estimate of the opposite quantity, such as of a gain instead of a loss."""
        return replace(self, value=-self.value)

    def p_value(self, null: float = 0.0, alternative: Alternative = "two-sided") -> float | None:
        """Return the p-value of the t test, if the estimate allows a verdict.

        Args:
            null: The value under the null hypothesis.
            alternative: Whether the true value is "greater" or "less" than `null`, or either.
        """
        return float(self._student.p_value(null, alternative)) if self.allows_verdict else None

    @property
    def _student(self) -> Student:
        return Student(*map(np.asarray, (self.value, self.variance, self.df)))


def mean(cell: SeedScores) -> Estimate:
    """Estimate the mean score of a cell, with equal weights for all speakers.

    The interval is that of `student.mean_of`.
    """
    shared = share_utterances([cell])
    return describe(mean_of(shared.means[0]), shared, [cell.seeds])


def difference(cell: SeedScores, reference: SeedScores) -> Estimate:
    """Estimate the mean score of a cell minus that of a reference, paired by utterance.

    The interval is that of `student.difference_of`. All speakers have the same weight.

    Raises:
        ScoresError: The cells do not have the same utterances.
    """
    shared = share_utterances([cell, reference])
    return describe(difference_of(*shared.means), shared, [cell.seeds, reference.seeds])


def describe(student: Student, shared: SharedMeans, seeds: Sequence[int]) -> Estimate:
    """Return an estimate with what it is of.

    Args:
        student: The estimate, with arrays of shape ().
        shared: The means of speakers that it is computed from.
        seeds: How many seeds each of the cells has.
    """
    speakers = shared.means[0].shape[1]
    return Estimate(
        float(student.value),
        float(student.variance),
        float(student.df),
        _scope(speakers, seeds),
        speakers,
        tuple(seeds),
        shared.utterances,
        shared.left_out,
    )


def _scope(speakers: int, seeds: Sequence[int]) -> Scope:
    if speakers < 2:
        return Scope.NOTHING
    return Scope.METHODS if min(seeds) > 1 else Scope.WEIGHTS
