"""Tests of means and differences over seeds and speakers."""

import math

import numpy as np
import pytest
from scipy import stats

from sdmvae.evaluation.statistics.student import Student, difference_of, mean_of

RANDOM = np.random.default_rng(0)


def test_one_seed_gives_the_paired_t_test_over_speakers():
    first, second = RANDOM.normal(size=(2, 1, 6))
    difference = difference_of(first, second)
    for alternative in ("two-sided", "greater", "less"):
        expected = stats.ttest_rel(first[0], second[0], alternative=alternative)
        assert difference.p_value(alternative=alternative) == pytest.approx(expected.pvalue)
    low, high = stats.ttest_rel(first[0], second[0]).confidence_interval(0.9)
    assert difference.value - difference.half_width(0.9) == pytest.approx(low)
    assert difference.value + difference.half_width(0.9) == pytest.approx(high)


def test_without_effects_of_speakers_it_is_the_test_of_welch_over_seeds():
    """Each seed shifts all speakers equally, so that only the seeds vary."""
    first, second = RANDOM.normal(size=4), RANDOM.normal(size=7)
    voice = RANDOM.normal(size=5)
    difference = difference_of(first[:, np.newaxis] + voice, second[:, np.newaxis] + voice)
    expected = stats.ttest_ind(first, second, equal_var=False)
    assert difference.df == pytest.approx(expected.df)
    assert difference.p_value() == pytest.approx(expected.pvalue)


def test_the_variance_of_a_difference_follows_the_formula():
    first = np.array([[1.0, 2.0], [3.0, 6.0], [2.0, 4.0]])  # means of speakers 2 and 4
    second = np.array([[1.0, 1.0], [2.0, 4.0]])  # means of speakers 1.5 and 2.5
    difference = difference_of(first, second)
    assert difference.value == pytest.approx(1.0)
    # Differences of speakers 0.5 and 1.5; means of seeds 1.5, 4.5 and 3; and 1 and 3.
    terms = [0.5 / 2, 2.25 / 3, 2 / 2]
    assert difference.variance == pytest.approx(sum(terms))
    assert difference.df == pytest.approx(sum(terms) ** 2 / (terms[0] ** 2 + terms[1] ** 2 / 2 + 1))


def test_the_variance_of_a_mean_follows_the_formula():
    mean = mean_of(np.array([[1.0, 2.0], [3.0, 6.0], [2.0, 4.0]]))
    assert mean.value == pytest.approx(3.0)
    terms = [2 / 2, 2.25 / 3]  # of speakers, and of seeds
    assert mean.variance == pytest.approx(sum(terms))
    assert mean.df == pytest.approx(sum(terms) ** 2 / (terms[0] ** 2 + terms[1] ** 2 / 2))


def test_one_cell_with_one_seed_leaves_the_seeds_out():
    first, second = RANDOM.normal(size=(1, 5)), RANDOM.normal(size=(4, 5))
    difference = difference_of(first, second)
    expected = stats.ttest_rel(first[0], second.mean(axis=0))
    assert difference.df == pytest.approx(4)
    assert difference.p_value() == pytest.approx(expected.pvalue)


def test_leading_axes_are_treated_one_by_one():
    first, second = RANDOM.normal(size=(2, 3, 4, 5)), RANDOM.normal(size=(2, 3, 2, 5))
    together = difference_of(first, second)
    for place in np.ndindex(2, 3):
        alone = difference_of(first[place], second[place])
        for field in Student._fields:
            assert getattr(together, field)[place] == pytest.approx(getattr(alone, field))
        assert together.p_value(0.1, "less")[place] == pytest.approx(alone.p_value(0.1, "less"))


@pytest.mark.parametrize("speakers", [0, 1])
def test_fewer_than_two_speakers_have_no_variance(speakers):
    mean = mean_of(np.ones((3, speakers)))
    assert math.isnan(mean.variance) and math.isnan(mean.df)
    assert math.isnan(mean.half_width()) and math.isnan(mean.p_value())
    assert float(mean.value) == (1 if speakers else pytest.approx(math.nan, nan_ok=True))


def test_equal_scores_differ_by_zero_with_an_interval_of_no_width():
    scores = np.ones((3, 4))
    difference = difference_of(scores, scores)
    assert (difference.value, difference.half_width()) == (0, 0)
    assert difference.p_value() == 1
    assert difference.p_value(-0.1, "greater") == 0
    assert difference.p_value(0.0, "greater") == 0.5


def test_a_difference_without_variance_is_certain():
    difference = difference_of(np.full((3, 4), 2.0), np.full((3, 4), 1.0))
    assert (difference.value, difference.half_width()) == (1, 0)
    assert difference.p_value() == 0
    assert difference.p_value(alternative="less") == 1
