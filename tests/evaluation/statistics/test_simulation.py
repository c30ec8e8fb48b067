"""How often intervals and verdicts are right, on made-up scores whose true means are known.

Each experiment is repeated 4,000 times. All cells have the true mean zero, so every difference that
is found is false. A rate near 0.05 has a standard error of 0.0034, or of 0.002 where three pairs of
cells count; the random numbers are fixed, so a test passes always or never.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from sdmvae.evaluation.statistics import holm
from sdmvae.evaluation.statistics.best import against_rivals
from sdmvae.evaluation.statistics.student import Student, difference_of, mean_of
from tests.support.made_up_scores import Effects

COPIES = 4000
KINDS = {
    "like PESQ": Effects(),
    "seeds": Effects(
        cell_speaker=0.01, cell_utterance=0.02, seed=0.06, seed_speaker=0.01, seed_utterance=0.02
    ),
    "speakers": Effects(cell_speaker=0.08, seed=0.01),
}
SIZES = [(5, 3), (5, 5), (9, 3), (9, 5)]  # speakers and seeds
slow = pytest.mark.slow
scenarios = pytest.mark.parametrize(
    ("kind", "shape", "speakers", "seeds"),
    [
        pytest.param(
            kind, shape, *size, marks=[] if (kind, size) == ("like PESQ", (5, 3)) else slow
        )
        for kind in KINDS
        for shape in ("normal", "skewed")
        for size in SIZES
    ],
)


@cache
def seven_cells(kind: str, shape: str, speakers: int, seeds: int) -> list[np.ndarray]:
    """Return the means of speakers of seven equal cells, of shape (copies, seeds, speakers)."""
    effects = replace(KINDS[kind], shape=shape)
    return effects.means(np.random.default_rng(0), COPIES, [seeds] * 7, speakers)


def three_differences(cells: list[np.ndarray]) -> list[Student]:
    """Return differences of cells that do not depend on one another."""
    return [difference_of(cells[place], cells[place + 1]) for place in (0, 2, 4)]


def coverage(*estimates: Student, true: float = 0.0) -> float:
    """Return how often the 95 % intervals hold the true value."""
    return float(np.mean([abs(one.value - true) <= one.half_width() for one in estimates]))


@scenarios
def test_intervals_of_differences_cover_as_often_as_they_say(kind, shape, speakers, seeds):
    differences = three_differences(seven_cells(kind, shape, speakers, seeds))
    assert 0.94 <= coverage(*differences) <= 0.98


@scenarios
def test_a_loss_of_the_margin_is_seldom_called_no_loss(kind, shape, speakers, seeds):
    """At the margin the test of quality asks whether the difference is above its true value."""
    differences = three_differences(seven_cells(kind, shape, speakers, seeds))
    p = np.array([one.p_value(0.0, "greater") for one in differences])
    assert (p <= 0.05).mean() <= 0.06


def is_hardest(kind: str, speakers: int, seeds: int) -> bool:
    """Whether few speakers vary most; the seeds then add too many degrees of freedom."""
    return (kind, speakers, seeds) == ("speakers", 5, 5)


@scenarios
def test_a_family_of_equal_cells_seldom_has_a_false_difference(kind, shape, speakers, seeds):
    cells = seven_cells(kind, shape, speakers, seeds)
    p = np.array([difference_of(cell, cells[0]).p_value() for cell in cells[1:]])
    # Holm's procedure rejects something if and only if Bonferroni's does.
    false = (6 * p.min(axis=0) <= 0.05).mean()
    assert false <= (0.07 if is_hardest(kind, speakers, seeds) else 0.06)


@scenarios
def test_the_set_of_the_best_holds_the_best(kind, shape, speakers, seeds):
    """Of equal cells each one is the best, and the set is most likely to lack a given one."""
    p = against_rivals(seven_cells(kind, shape, speakers, seeds)).p
    assert (p > 0.05).mean() >= (0.94 if is_hardest(kind, speakers, seeds) else 0.95)


@scenarios
def test_intervals_of_means_cover_as_often_as_they_say_unless_effects_are_skewed(
    kind, shape, speakers, seeds
):
    means = [mean_of(cell) for cell in seven_cells(kind, shape, speakers, seeds)[:3]]
    assert (0.94 if shape == "normal" else 0.91) <= coverage(*means) <= 0.97


@pytest.mark.parametrize("shape", ["normal", "skewed"])
def test_an_effect_of_seeds_on_single_speakers_counts_twice(shape):
    """So intervals are too wide where there is hardly any other effect."""
    effects = Effects(cell_speaker=0.01, seed=0.01, seed_speaker=0.08, shape=shape)
    cells = effects.means(np.random.default_rng(0), COPIES, [3, 3], 9)
    assert 0.97 <= coverage(difference_of(*cells)) <= 0.995


@pytest.mark.parametrize("speakers", [5, 9])
def test_skewed_effects_of_one_cell_cost_coverage(speakers):
    """Few seeds and speakers do not show how skewed their effects are."""
    effects = replace(KINDS["seeds"], shape="skewed", factors={0: 3.0})
    cells = effects.means(np.random.default_rng(0), COPIES, [3, 3], speakers)
    assert 0.89 <= coverage(difference_of(*cells)) <= 0.94


def test_very_unequal_numbers_of_seeds_cost_coverage():
    cells = KINDS["seeds"].means(np.random.default_rng(0), COPIES, [3, 10], 9)
    assert 0.92 <= coverage(difference_of(*cells)) <= 0.95


def test_an_interval_over_speakers_of_one_seed_says_nothing_of_other_seeds():
    cells = [cell[:, :1] for cell in seven_cells("like PESQ", "normal", 5, 3)]
    assert coverage(*three_differences(cells)) < 0.8


def test_an_interval_over_speakers_of_the_means_of_seeds_does_not_cover_methods():
    first, second = seven_cells("like PESQ", "normal", 5, 3)[:2]
    t = stats.ttest_1samp((first - second).mean(axis=1), 0, axis=-1)
    assert (t.pvalue > 0.05).mean() < 0.88


def test_true_differences_are_told_with_the_promises_of_holms_procedure():
    """Three of six cells differ from the reference, by more and by less."""
    true = np.array([0.0, 0.0, 0.0, 0.06, 0.1, 0.2])
    cells = Effects().means(np.random.default_rng(1), 2000, [5] * 7, 9)
    estimates = [difference_of(cell, cells[0]) for cell in cells[1:]]
    values = np.stack([one.value for one in estimates], axis=-1) + true
    shifted = [one._replace(value=values[:, place]) for place, one in enumerate(estimates)]
    p = np.stack([one.p_value() for one in shifted], axis=-1)
    outcomes = [holm.correct(row) for row in p]
    told = np.array([outcome.rejected for outcome in outcomes])
    rate = np.array([outcome.error for outcome in outcomes])
    misses = np.stack(
        [
            abs(one.value - mean) > one.half_width(1 - rate)
            for one, mean in zip(shifted, true, strict=True)
        ],
        axis=-1,
    )
    wrong = told & ((true == 0) | (values < 0))
    assert wrong.any(axis=1).mean() <= 0.06
    assert misses.mean(axis=0).max() <= 0.06
    false_coverage = (told & misses).sum(axis=1) / np.maximum(told.sum(axis=1), 1)
    assert false_coverage.mean() <= 0.06
    assert told[:, 5].mean() > 0.9
