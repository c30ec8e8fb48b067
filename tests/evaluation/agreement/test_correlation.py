"""Tests of the correlation with the published table."""

import math

import numpy as np
import pytest
from scipy import stats

from sdmvae.evaluation.agreement.correlation import correlate, rank_correlation, rank_interval
from sdmvae.evaluation.published import published
from tests.support.made_up_runs import cells_of_the_paper


def cells(column, score, change=lambda value: value):
    """The fourteen cells of the paper, with scores that follow from the published ones."""
    return [
        {
            "cell": each.name,
            "model": each.model,
            "arguments": each.arguments,
            "m": each.m,
            score: change(getattr(published(each.model, each.arguments, each.m), column)),
        }
        for m in (32, 64)
        for each in cells_of_the_paper(m)
    ]


def test_without_ties_the_correlation_follows_from_differences_of_ranks():
    """1 - 6 sum d^2 / (n (n^2 - 1)), Spearman (1904)."""
    random = np.random.default_rng(0)
    first, second = random.normal(size=(2, 11))
    ranks = first.argsort().argsort() - second.argsort().argsort()
    assert rank_correlation(first, second) == pytest.approx(1 - 6 * (ranks**2).sum() / (11 * 120))


def test_with_ties_the_correlation_is_that_of_mean_ranks():
    first, second = np.array([1, 1, 2, 3, 3, 3]), np.array([5, 4, 4, 4, 2, 9])
    expected = np.corrcoef([1.5, 1.5, 3, 5, 5, 5], [5, 3, 3, 3, 1, 6])[0, 1]
    assert rank_correlation(first, second) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("first", "second"), [([1, 2, 3], [1, 3, 2]), ([1, 1, 1, 1], [1, 2, 3, 4]), ([], [])]
)
def test_few_or_constant_values_have_no_correlation(first, second):
    assert rank_correlation(np.array(first), np.array(second)) is None


def test_the_interval_is_that_of_fisher_with_a_larger_error():
    """r = 0.5 and n = 28: z = 0.5493, and its standard error is sqrt(1.125 / 25) = 0.2121."""
    low, high = rank_interval(0.5, 28)
    assert low == pytest.approx(math.tanh(0.5493 - 1.96 * 0.2121), abs=1e-4)
    assert high == pytest.approx(math.tanh(0.5493 + 1.96 * 0.2121), abs=1e-4)
    assert rank_interval(-0.5, 28) == pytest.approx((-high, -low))


def test_too_few_cells_or_a_perfect_correlation_have_no_interval():
    assert rank_interval(0.5, 3) is None
    assert rank_interval(1.0, 14) is rank_interval(-1.0, 14) is None


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
def test_the_interval_covers_the_correlation_of_normal_numbers(rho):
    """The rank correlation of bivariate normal numbers is 6 / pi arcsin(rho / 2)."""
    random = np.random.default_rng(0)
    true = 6 / math.pi * math.asin(rho / 2)
    draws = random.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=(2000, 14))
    ranks = draws.argsort(axis=1).argsort(axis=1)
    found = [np.corrcoef(each.T)[0, 1] for each in ranks]
    covered = np.mean([low <= true <= high for low, high in (rank_interval(r, 14) for r in found)])
    assert 0.93 < covered < 0.98


def test_a_shifted_copy_of_the_published_table_agrees_in_order_and_differs_by_the_shift():
    found = correlate(cells("pesq", "pesq", lambda value: value - 0.25), "pesq", "pesq")
    assert found.cells == 14
    assert found.spearman == pytest.approx(1)
    assert found.interval is None
    assert found.mean_difference == pytest.approx(-0.25)
    assert found.rms_difference == pytest.approx(0.25)


def test_our_estoi_is_set_beside_the_published_stoi():
    random = np.random.default_rng(0)
    made = cells("stoi", "estoi", lambda value: value + random.normal(scale=0.02))
    theirs = [published(each["model"], each["arguments"], each["m"]).stoi for each in made]
    ours = [each["estoi"] for each in made]
    found = correlate(made, "estoi", "stoi")
    assert (found.score, found.published) == ("estoi", "stoi")
    assert found.spearman == pytest.approx(stats.spearmanr(ours, theirs).statistic)
    assert found.interval.low < found.spearman < found.interval.high
    gap = np.subtract(ours, theirs)
    assert found.rms_difference**2 == pytest.approx(gap.mean() ** 2 + gap.var())


def test_cells_without_one_of_both_figures_do_not_count():
    made = cells("hoyer", "hoyer")
    made[0]["hoyer"] = None
    made[1]["hoyer"] = math.nan
    del made[2]["hoyer"]
    others = [{**made[3], "model": "laplace", "hoyer": 9.0}, {**made[3], "m": 16, "hoyer": 9.0}]
    assert correlate([*made, *others], "hoyer", "hoyer").cells == 11


def test_without_cells_of_the_paper_there_is_nothing():
    found = correlate([], "pesq", "pesq")
    assert found.cells == 0
    assert found.spearman is found.interval is found.mean_difference is found.rms_difference is None
