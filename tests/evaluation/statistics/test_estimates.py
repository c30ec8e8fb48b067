"""Tests of the mean of a cell, and of the difference of two cells."""

import math

import numpy as np
import pytest

from sdmvae.evaluation.statistics.estimates import Interval, Scope, difference, mean
from tests.support.made_up_scores import seed_scores

SPEAKERS = ["a", "a", "a", "b", "b", "c"]


def cell(name: str, seeds: int, speakers: list[str] = SPEAKERS, seed: int = 0):
    values = np.random.default_rng(seed).normal(3, 1, size=(seeds, len(speakers)))
    return seed_scores(name, values, speakers)


def test_an_estimate_says_what_it_is_of():
    values = cell("sdm-m32", 4).values
    values[1, 0] = math.nan
    estimate = difference(seed_scores("sdm-m32", values, SPEAKERS), cell("vae-m32", 3))
    assert (estimate.speakers, estimate.seeds) == (3, (4, 3))
    assert (estimate.utterances, estimate.left_out) == (5, 1)
    assert estimate.scope is Scope.METHODS
    assert estimate.allows_verdict
    assert mean(cell("vae-m32", 3)).seeds == (3,)


def test_speakers_have_equal_weights_however_many_utterances_they_have():
    values = np.array([[1.0, 1.0, 1.0, 4.0, 4.0, 7.0]])
    assert mean(seed_scores("vae-m32", values, SPEAKERS)).value == pytest.approx(4)


def test_a_difference_is_that_of_the_means_over_common_utterances():
    first, second = cell("sdm-m32", 3, seed=1), cell("vae-m32", 5, seed=2)
    assert difference(first, second).value == pytest.approx(mean(first).value - mean(second).value)
    assert difference(second, first).value == pytest.approx(-difference(first, second).value)
    assert (-difference(first, second)).variance == difference(second, first).variance


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 5), (5, 1)])
def test_one_seed_has_an_interval_over_speakers_and_no_test(first, second):
    estimate = difference(cell("sdm-m32", first, seed=1), cell("vae-m32", second))
    assert estimate.scope == "these weights, other speakers"
    assert estimate.df == pytest.approx(2)
    assert estimate.interval() is not None
    assert estimate.p_value() is None


def test_two_seeds_have_an_interval_over_seeds_and_no_test():
    estimate = difference(cell("sdm-m32", 2, seed=1), cell("vae-m32", 5))
    assert estimate.scope == "other seeds, other speakers"
    assert estimate.interval() is not None
    assert estimate.p_value() is None


def test_one_speaker_has_no_interval():
    estimate = difference(cell("sdm-m32", 3, ["a"] * 6, seed=1), cell("vae-m32", 3, ["a"] * 6))
    assert math.isfinite(estimate.value)
    assert estimate.scope == "no interval: fewer than two speakers"
    assert estimate.interval() is None
    assert estimate.lower_bound() is None
    assert estimate.p_value() is None


def test_one_utterance_is_one_speaker():
    assert mean(seed_scores("vae-m32", np.ones((3, 1)))).scope is Scope.NOTHING


def test_no_scores_have_no_mean():
    estimate = mean(seed_scores("vae-m32", np.full((3, 4), math.nan)))
    assert math.isnan(estimate.value)
    assert (estimate.speakers, estimate.utterances, estimate.left_out) == (0, 0, 4)
    assert estimate.interval() is None


def test_the_interval_belongs_to_the_p_value():
    """An end of the interval is the null value whose p-value is the error rate."""
    estimate = difference(cell("sdm-m32", 3, seed=1), cell("vae-m32", 3))
    for level in (0.8, 0.95, 0.99):
        low, high = estimate.interval(level)
        assert estimate.p_value(low) == pytest.approx(1 - level)
        assert estimate.p_value(high) == pytest.approx(1 - level)
        bound = estimate.lower_bound(level)
        assert bound == Interval(pytest.approx(bound.low), math.inf)
        assert estimate.p_value(bound.low, "greater") == pytest.approx(1 - level)


def test_a_cell_does_not_differ_from_itself():
    one = cell("vae-m32", 3)
    estimate = difference(one, one)
    assert estimate.value == 0
    assert estimate.p_value() == 1


def test_what_both_cells_share_changes_the_means_and_not_the_difference_of_speakers():
    """Loud effects of speakers and utterances cancel, as the cells are paired by utterance."""
    shared = 50 * np.random.default_rng(2).normal(size=len(SPEAKERS))
    shared -= shared.mean()
    first, second = cell("sdm-m32", 1, seed=1), cell("vae-m32", 1)
    moved = [seed_scores(one.cell, one.values + shared, SPEAKERS) for one in (first, second)]
    assert difference(*moved).value == pytest.approx(difference(first, second).value)
    assert difference(*moved).variance == pytest.approx(difference(first, second).variance)
    assert mean(moved[0]).variance > 100 * mean(first).variance
