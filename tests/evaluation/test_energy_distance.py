"""The energy distance, against SciPy in one dimension and against closed forms in many."""

import numpy as np
import pytest
from scipy import special, stats
from scipy.spatial.distance import cdist

from sdmvae.evaluation import energy_distance as module
from tests.support.distances import energy_distance


def normal(count, dims, seed, shift=0.0, scale=1.0):
    return shift + scale * np.random.default_rng(seed).standard_normal((count, dims))


def mean_norm(dims, deviation):
    """Return E|v| of v from N(0, deviation^2 I), which is a chi distribution."""
    ratio = special.gammaln((dims + 1) / 2) - special.gammaln(dims / 2)
    return deviation * np.sqrt(2) * np.exp(ratio)


def test_in_one_dimension_it_is_that_of_scipy(monkeypatch):
    """SciPy gives the square root, and counts each number as a pair with itself."""
    monkeypatch.setattr(module, "BLOCK", 7)
    x, y = normal(40, 1, seed=0), normal(25, 1, seed=1, shift=0.7, scale=2)
    between, own, other = (
        module.mean_distance(x, y),
        *((len(each) - 1) / len(each) * module.mean_distance_within(each) for each in (x, y)),
    )
    squared = stats.energy_distance(x.ravel(), y.ravel()) ** 2
    assert 2 * between - own - other == pytest.approx(squared, rel=1e-6)
    unbiased = 1 - (own * 40 / 39 + other * 25 / 24) / (2 * between)
    assert energy_distance(x, y) == pytest.approx(unbiased, rel=1e-4)


@pytest.mark.parametrize("block", [3, 20, 100])
def test_mean_distances_are_those_of_all_pairs(monkeypatch, block):
    monkeypatch.setattr(module, "BLOCK", block)
    x, y = normal(20, 9, seed=0).astype(np.float32), normal(11, 9, seed=1).astype(np.float32)
    assert module.mean_distance(x, y) == pytest.approx(cdist(x, y).mean(), rel=1e-5)
    within = cdist(x, x)[~np.eye(20, dtype=bool)].mean()
    assert module.mean_distance_within(x) == pytest.approx(within, rel=1e-5)


@pytest.mark.parametrize(("dims", "deviation"), [(1, 3.0), (6, 1.5), (200, 1.3)])
def test_of_two_gaussians_it_is_the_closed_form(dims, deviation):
    between = mean_norm(dims, np.hypot(1, deviation))
    within = mean_norm(dims, np.sqrt(2)), mean_norm(dims, np.sqrt(2) * deviation)
    expected = 1 - sum(within) / (2 * between)
    x, y = normal(3_000, dims, seed=2), normal(3_000, dims, seed=3, scale=deviation)
    assert energy_distance(x, y) == pytest.approx(expected, rel=0.05, abs=1e-3)


def test_it_is_near_0_for_one_distribution_and_near_1_for_two_points():
    x, y, few = (normal(count, 40, seed=count) for count in (1_500, 1_400, 30))
    assert abs(energy_distance(x, y)) < 1e-3
    assert abs(energy_distance(few, y)) < 5e-3  # without bias, although they are few
    assert energy_distance(np.zeros((5, 3)), np.ones((4, 3))) == pytest.approx(1)


def test_it_grows_with_a_shift():
    real = normal(500, 20, seed=0)
    near, far, farther = (
        energy_distance(normal(500, 20, seed=1, shift=shift), real) for shift in (0.2, 1, 5)
    )
    assert near < far < farther < 1


def test_no_shift_no_rotation_and_no_scale_of_both_changes_it():
    x, y = normal(200, 5, seed=0), normal(150, 5, seed=1, shift=0.5)
    rotation, _ = np.linalg.qr(normal(5, 5, seed=2))
    changed = (10 + 0.01 * each @ rotation for each in (x, y))
    assert energy_distance(*changed) == pytest.approx(energy_distance(x, y), rel=1e-3)
    assert energy_distance(y, x) == pytest.approx(energy_distance(x, y), rel=1e-3)


def test_where_it_is_undefined_it_is_nan():
    x, infinite = normal(9, 3, seed=0), np.full((9, 3), np.inf)
    for frames, real in ((x[:1], x), (x, x[:1]), (infinite, x), (np.ones((4, 3)),) * 2):
        assert np.isnan(energy_distance(frames, real))
