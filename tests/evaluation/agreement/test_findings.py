"""Tests of how verdicts on comparisons become one on a claim."""

import math

import pytest

from sdmvae.evaluation.agreement.findings import (
    Agreement,
    ClaimFinding,
    Comparison,
    Source,
    Verdict,
)
from sdmvae.evaluation.statistics.estimates import Scope

HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.OPEN


def comparison(verdict, difference=1.0, score="pesq", scope=Scope.METHODS):
    return Comparison(
        score, "a", "b", (difference, 0.0), difference, None, scope, None, 0.0, verdict
    )


def claim(*comparisons):
    return ClaimFinding("name", "A statement", Source.PAPER, comparisons, "")


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([HOLDS], HOLDS),
        ([HOLDS, HOLDS], HOLDS),
        ([HOLDS, OPEN], OPEN),
        ([OPEN, OPEN], OPEN),
        ([HOLDS, FAILS], FAILS),
        ([OPEN, FAILS, HOLDS], FAILS),
        ([None, None], None),
        ([HOLDS, None], None),
        ([], None),
    ],
)
def test_a_claim_holds_if_all_comparisons_do(verdicts, verdict):
    assert claim(*map(comparison, verdicts)).verdict is verdict


@pytest.mark.parametrize("known", [HOLDS, OPEN, FAILS, None])
def test_an_unknown_difference_leaves_a_claim_open_that_would_hold(known):
    found = claim(comparison(known), comparison(None, math.nan))
    assert found.verdict is (OPEN if known is HOLDS else known)


def test_the_smallest_difference_is_that_of_one_score_and_known():
    comparisons = [
        comparison(HOLDS, 2.0),
        comparison(HOLDS, -1.0),
        comparison(None, math.nan),
        comparison(HOLDS, -9.0, "estoi"),
        comparison(None, math.nan, "hoyer"),
    ]
    found = claim(*comparisons)
    assert found.scores == ["pesq", "estoi", "hoyer"]
    assert found.smallest("pesq") is comparisons[1]
    assert found.smallest("estoi") is comparisons[3]
    assert found.smallest("hoyer") is None


def test_the_scope_is_that_of_a_known_difference():
    unknown = comparison(None, math.nan, scope=Scope.NOTHING)
    known = comparison(None, scope=Scope.WEIGHTS)
    assert Agreement(1, 9, 0.05, [], [claim(unknown, known)]).scope is Scope.WEIGHTS
    assert Agreement(1, 9, 0.05, [], [claim()]).scope is None
