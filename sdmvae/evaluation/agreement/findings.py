"""What a run says about the claims, and all that is found about it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sdmvae.evaluation.agreement.correlation import Correlation
from sdmvae.evaluation.statistics.estimates import Interval, Scope


class Verdict(StrEnum):
    """Whether a claim, or one of the comparisons that it rests on, holds."""

    HOLDS = "holds"
    FAILS = "does not hold"
    OPEN = "cannot be told"


class Source(StrEnum):
    """Who makes a claim."""

    PAPER = "paper"
    PROJECT = "project"


@dataclass(frozen=True)
class Comparison:
    """A difference that must be above minus the margin for a claim to hold.

    Attributes:
        score: The name of the score.
        first: The name of a cell, or what else is compared.
        second: The name of what is taken off; empty if it is zero.
        values: The scores of the first and the second, with equal weights for all speakers.
        difference: The score of the first minus that of the second, paired by utterance; NaN if no
            utterance has all scores.
        interval: The interval of the difference. Where there is a verdict, the interval agrees
            with it: the comparison holds if the interval lies above minus the margin, and does not
            hold if it lies below. None if there is no interval.
        scope: What the interval covers.
        p: The p-value of the test that the comparison holds, adjusted for the other comparisons of
            the claim. It is two-sided if there is no margin. None without a verdict, and where a
            simultaneous interval takes the place of tests.
        margin: The loss that does not matter; zero if every loss matters.
        verdict: Whether the comparison holds; None if the run cannot support a verdict.
    """

    score: str
    first: str
    second: str
    values: tuple[float, float]
    difference: float
    interval: Interval | None
    scope: Scope
    p: float | None
    margin: float
    verdict: Verdict | None


@dataclass(frozen=True)
class ClaimFinding:
    """What a run says about a claim.

    Attributes:
        name: The key of the claim in metrics/agreement.json.
        statement: The claim as a sentence without the full stop.
        source: Who makes the claim.
        comparisons: What the claim rests on; empty if the run lacks cells or scores for it.
        missing: Why there are no comparisons, as a sentence; empty if there are.
    """

    name: str
    statement: str
    source: Source
    comparisons: Sequence[Comparison]
    missing: str

    @property
    def verdict(self) -> Verdict | None:
        """Whether the claim holds.

        It holds if all comparisons do, and does not hold if one does not. There is no verdict if a
        comparison whose difference is known has none. A difference that is unknown is counted as
        one that cannot be told.
        """
        known = {each.verdict for each in self.comparisons if math.isfinite(each.difference)}
        if not known or None in known:
            return None
        if Verdict.FAILS in known:
            return Verdict.FAILS
        return Verdict.HOLDS if self.count(Verdict.HOLDS) == len(self.comparisons) else Verdict.OPEN

    @property
    def scores(self) -> list[str]:
        """The scores that are compared, in their order."""
        return list(dict.fromkeys(each.score for each in self.comparisons))

    def count(self, verdict: Verdict) -> int:
        """Return how many comparisons have a verdict."""
        return sum(each.verdict == verdict for each in self.comparisons)

    def count_as_claimed(self) -> int:
        """Return how many differences are above zero, or above minus the margin.

        This says nothing about chance, so it is no verdict. An unknown difference does not count.
        """
        return sum(each.difference > -each.margin for each in self.comparisons)

    def smallest(self, score: str) -> Comparison | None:
        """Return the comparison with the smallest difference in a score; None if none is known."""
        known = [
            each
            for each in self.comparisons
            if each.score == score and math.isfinite(each.difference)
        ]
        return min(known, key=lambda each: each.difference, default=None)


@dataclass(frozen=True)
class Agreement:
    """All that is found.

    Attributes:
        seeds: How many seeds each cell has, at least.
        speakers: How many test speakers there are.
        error: The probability of a wrong verdict on a claim, at most.
        correlations: Our scores beside the published ones.
        claims: The claims of the paper, then those of this project.
    """

    seeds: int
    speakers: int
    error: float
    correlations: Sequence[Correlation]
    claims: Sequence[ClaimFinding]

    @property
    def scope(self) -> Scope | None:
        """What the intervals cover; None if nothing is compared."""
        compared = (each for claim in self.claims for each in claim.comparisons)
        return next((each.scope for each in compared if math.isfinite(each.difference)), None)

    @property
    def has_verdicts(self) -> bool:
        """Whether there is a verdict on at least one claim."""
        return any(claim.verdict is not None for claim in self.claims)
