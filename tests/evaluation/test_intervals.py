"""Tests of confidence intervals."""

import math
import warnings

import numpy as np
import pytest
from scipy import stats

from sdmvae.evaluation import intervals


def test_equally_many_utterances_per_speaker_give_the_t_interval_of_the_speakers_means():
    random = np.random.default_rng(0)
    values = random.normal(size=(6, 4)) + random.normal(size=(6, 1))
    interval = intervals.of_mean(values.ravel(), np.repeat(np.arange(6), 4))
    means = values.mean(axis=1)
    low, high = stats.t.interval(0.95, df=5, loc=means.mean(), scale=stats.sem(means))
    assert (interval.mean - interval.half, interval.mean + interval.half) == pytest.approx(
        (low, high)
    )


def test_one_utterance_per_speaker_gives_the_t_interval_at_any_level():
    values = np.array([1.0, 2.0, 4.0, 4.5])
    interval = intervals.of_mean(values, np.array(list("abcd")), level=0.9)
    low, high = stats.t.interval(0.9, df=3, loc=values.mean(), scale=stats.sem(values))
    assert (interval.mean - interval.half, interval.mean + interval.half) == pytest.approx(
        (low, high)
    )


def test_unequal_weights_follow_the_formula():
    # x = (1*1 + 3*3 + 2*6)/6 = 11/3; u_a = 1(1 - 11/3) + 3(3 - 11/3) = -14/3; u_b = 14/3
    interval = intervals.of_mean(
        np.array([1.0, 3.0, 6.0]), np.array(["a", "a", "b"]), np.array([1.0, 3.0, 2.0])
    )
    assert interval.mean == pytest.approx(11 / 3)
    variance = 2 / 1 * 2 * (14 / 3) ** 2 / 6**2
    assert interval.half == pytest.approx(stats.t.ppf(0.975, 1) * math.sqrt(variance))


@pytest.mark.parametrize("utterances", ["equal", "unequal"])
def test_an_interval_covers_the_mean_as_often_as_its_level_says(utterances):
    random = np.random.default_rng(1)
    covered = 0
    counts = [4] * 9 if utterances == "equal" else [2, 3, 4, 4, 5, 5, 6, 3, 4]
    speakers = np.repeat(np.arange(9), counts)
    for _ in range(2000):
        values = random.normal(size=9)[speakers] + random.normal(size=len(speakers))
        interval = intervals.of_mean(values, speakers)
        covered += abs(interval.mean) <= interval.half
    assert 0.93 < covered / 2000 < 0.97


def test_the_width_depends_on_the_number_of_speakers_and_not_of_utterances():
    """Copies of utterances say nothing new about other speakers."""
    values, speakers = np.array([1.0, 2.0, 4.0]), np.array(["a", "b", "c"])
    single = intervals.of_mean(values, speakers)
    tenfold = intervals.of_mean(np.tile(values, 10), np.tile(speakers, 10))
    assert tenfold.half == pytest.approx(single.half)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf], ids=["nan", "inf", "-inf"])
def test_values_that_are_not_finite_do_not_count(wrong):
    interval = intervals.of_mean(np.array([1.0, wrong, 3.0]), np.array(["a", "b", "c"]))
    kept = intervals.of_mean(np.array([1.0, 3.0]), np.array(["a", "c"]))
    assert interval == kept


@pytest.mark.parametrize("speakers", [["a", "a", "a"], [7, 7, 7]], ids=["name", "number"])
def test_one_speaker_has_no_interval(speakers):
    interval = intervals.of_mean(np.array([1.0, 2.0, 3.0]), np.array(speakers))
    assert interval.mean == 2
    assert math.isnan(interval.half)
    assert not interval.contains_zero


def test_no_values_give_no_mean_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        interval = intervals.of_mean(np.array([math.nan]), np.array(["a"]))
    assert math.isnan(interval.mean) and math.isnan(interval.half)


@pytest.mark.parametrize(
    ("mean", "half", "holds"),
    [(0.1, 0.2, True), (-0.1, 0.1, True), (0.3, 0.2, False), (0.0, 0.0, True)],
)
def test_an_interval_contains_zero_if_its_half_width_reaches_zero(mean, half, holds):
    assert intervals.Interval(mean, half).contains_zero is holds
