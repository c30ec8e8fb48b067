"""Tests of the sentences about claims."""

import math

import pytest

from sdmvae.evaluation.agreement.findings import (
    Agreement,
    ClaimFinding,
    Comparison,
    Source,
    Verdict,
)
from sdmvae.evaluation.statistics.estimates import Interval, Scope
from sdmvae.report.claim_sentences import describe_claim, describe_evidence

HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.OPEN


def comparison(difference, verdict, score="hoyer", second="vae-m32", margin=0.0):
    interval = Interval(difference - 0.02, difference + 0.02)
    values = (0.5 + difference, 0.5)
    return Comparison(
        score,
        "sdm-eye-m32",
        second,
        values,
        difference,
        interval,
        Scope.METHODS,
        None,
        margin,
        verdict,
    )


def describe(*comparisons, missing=""):
    return describe_claim(
        ClaimFinding("name", "SDM-VAE is good", Source.PAPER, comparisons, missing)
    )


def test_a_claim_that_holds_is_told_with_its_smallest_difference():
    assert describe(comparison(0.3, HOLDS), comparison(0.05, HOLDS)) == (
        "SDM-VAE is good: this holds in 2 of 2 comparisons; the smallest difference in Hoyer is "
        "+0.05 (0.03 to 0.07), sdm-eye-m32 minus vae-m32."
    )


def test_a_claim_that_does_not_hold_counts_both_sides():
    found = describe(comparison(0.3, HOLDS), comparison(0.01, OPEN), comparison(-0.3, FAILS))
    assert found == (
        "SDM-VAE is good: this does not hold; it is shown in 1 of 3 comparisons, and the opposite "
        "in 1; the smallest difference in Hoyer is −0.30 (−0.32 to −0.28), sdm-eye-m32 minus "
        "vae-m32."
    )


def test_a_claim_that_cannot_be_told_counts_what_shows_it():
    found = describe(comparison(0.3, HOLDS), comparison(0.01, OPEN, second=""))
    assert found == (
        "SDM-VAE is good: this cannot be told; it is shown in 1 of 2 comparisons, and the opposite "
        "in none; the smallest difference in Hoyer is +0.01 (−0.01 to 0.03), sdm-eye-m32 minus "
        "zero."
    )


def test_margins_and_all_scores_are_named():
    found = describe(
        comparison(-0.05, HOLDS, "pesq", margin=0.1), comparison(0.004, HOLDS, "estoi", margin=0.01)
    )
    assert found == (
        "SDM-VAE is good, with a margin of 0.1 in PESQ and 0.01 in ESTOI: this holds in 2 of 2 "
        "comparisons; the smallest difference in PESQ is −0.05 (−0.07 to −0.03), sdm-eye-m32 minus "
        "vae-m32, and the smallest difference in ESTOI is +0.004 (−0.016 to 0.024), sdm-eye-m32 "
        "minus vae-m32."
    )


def test_without_a_verdict_there_are_numbers_only():
    assert describe(comparison(0.05, None), comparison(math.nan, None)) == (
        "The claim is that SDM-VAE is good; in 2 comparisons, the smallest difference in Hoyer is "
        "+0.05 (0.03 to 0.07), sdm-eye-m32 minus vae-m32."
    )


def test_a_claim_that_is_not_examined_says_what_is_missing():
    found = describe(missing="It takes two cells.")
    assert found == "This run does not examine the claim that SDM-VAE is good. It takes two cells."


@pytest.mark.parametrize(
    ("seeds", "speakers", "parts"),
    [
        (
            1,
            9,
            ["One seed says nothing", "cover these weights and other speakers", "seeds: [0, 1, 2]"],
        ),
        (2, 9, ["cover other seeds and other speakers, but with 2 seeds", "seeds: [0, 1, 2]"]),
        (1, 1, ["one test speaker there are no intervals"]),
        (5, 1, ["one test speaker there are no intervals"]),
        (5, 9, ["any seed and any speaker, from 5 seeds", "9 test speakers", "at most 5 %"]),
    ],
)
def test_one_sentence_says_what_the_intervals_cover(seeds, speakers, parts):
    sentence = describe_evidence(Agreement(seeds, speakers, 0.05, [], []))
    assert all(part in sentence for part in parts)
    assert sentence.count(". ") == 0 and sentence.endswith(".")
