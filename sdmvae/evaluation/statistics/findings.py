"""What a comparison finds: an estimate with its interval, its p-value and a verdict in words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from sdmvae.evaluation.statistics.estimates import Estimate, Interval


class Difference(StrEnum):
    """Whether a cell has higher or lower scores than a reference."""

    HIGHER = "higher"
    LOWER = "lower"
    NOT_TOLD_APART = "not told apart"


class Quality(StrEnum):
    """Whether a cell keeps the quality of a reference, within a margin."""

    KEEPS = "keeps"
    NOT_SHOWN = "not shown to keep"


class Standing(StrEnum):
    """Whether a cell is among those that may be the best."""

    NOT_WORSE = "not worse than the best"
    WORSE = "worse than the best"


Verdict = TypeVar("Verdict", bound=StrEnum)


@dataclass(frozen=True)
class Finding(Generic[Verdict]):
    """What the comparison of a cell with another one finds.

    Attributes:
        estimate: The difference of both cells.
        interval: The interval that agrees with the verdict. Without a verdict it is the two-sided
            interval of the estimate, or None if the estimate has none.
        level: The confidence level of the interval.
        p: The p-value, adjusted for the other comparisons; None without a verdict.
        verdict: The verdict in words; None unless there are three seeds and two speakers or more.
    """

    estimate: Estimate
    interval: Interval | None
    level: float
    p: float | None
    verdict: Verdict | None
