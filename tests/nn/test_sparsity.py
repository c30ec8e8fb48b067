"""Tests of Hoyer sparsity and of codes on one scale."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from sdmvae.nn.sparsity import (
    divide_by_deviation,
    hoyer,
    hoyer_above_gaussian,
    hoyer_of_gaussian,
)
from tests.support.codes import CODES

# Hoyer


@pytest.mark.parametrize("dimensions", [2, 3, 32, 64])
def test_hoyer_of_one_and_of_equal_magnitudes(dimensions):
    one = -3 * np.eye(dimensions)
    np.testing.assert_allclose(hoyer(one), 1, atol=1e-12)
    equal = np.full((1, dimensions), 0.3)
    equal[0, ::2] *= -1
    np.testing.assert_allclose(hoyer(equal), 0, atol=1e-12)


def test_hoyer_follows_the_formula():
    (sparsity,) = hoyer(np.array([[3.0, -4.0, 0.0, 0.0]]))
    assert sparsity == pytest.approx((2 - 7 / 5) / (2 - 1))


@given(codes=CODES, scale=st.floats(1e-100, 1e100), seed=st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_hoyer_depends_on_neither_scale_nor_sign_nor_order(codes, scale, seed):
    generator = np.random.default_rng(seed)
    expected = hoyer(codes)
    signs = generator.choice([-1, 1], codes.shape)
    order = generator.permutation(codes.shape[1])
    np.testing.assert_allclose(hoyer((scale * signs * codes)[:, order]), expected, atol=1e-9)
    some = codes.any(axis=1)
    np.testing.assert_array_equal(np.isnan(expected), ~some)
    assert (expected[some] >= -1e-12).all()
    assert (expected[some] <= 1 + 1e-12).all()


@pytest.mark.parametrize("magnitude", [5e-324, 1e-300, 1e-160, 1e160, 1e300])
def test_hoyer_of_extreme_magnitudes(magnitude):
    codes = magnitude * np.array([[1.0, 0, 0, 0], [1, -1, 1, 1], [1, 1, 0, 0]])
    np.testing.assert_allclose(hoyer(codes), [1, 0, 2 - math.sqrt(2)], atol=1e-12)


def test_hoyer_of_single_precision_codes():
    codes = np.random.default_rng(0).standard_normal((10, 32)).astype(np.float32)
    np.testing.assert_array_equal(hoyer(codes), hoyer(codes.astype(np.float64)))


def test_hoyer_is_undefined_for_zeros_and_for_one_dimension():
    sparsity = hoyer(np.array([[0.0, 0, 0], [1, 0, 0], [0, 0, 0]]))
    np.testing.assert_array_equal(np.isnan(sparsity), [True, False, True])
    for codes in (np.ones((3, 1)), np.zeros((3, 1))):
        assert np.isnan(hoyer(codes)).all()
        assert hoyer(codes).shape == (3,)
    assert hoyer(np.zeros((0, 4))).shape == (0,)


# Codes over the data


def test_divided_codes_have_unit_deviation():
    codes = np.random.default_rng(0).standard_normal((500, 4)) * [1, 10, 1e-3, 5] + [0, 3, 0, 1]
    np.testing.assert_allclose(divide_by_deviation(codes).std(axis=0), 1)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("constant", [0.0, 0.5, 0.1, -1 / 3])
def test_a_dimension_that_never_changes_becomes_zero(kind, constant):
    codes = np.random.default_rng(0).standard_normal((7, 3)).astype(kind)
    codes[:, 1] = constant
    divided = divide_by_deviation(codes)
    assert np.isfinite(divided).all()
    np.testing.assert_array_equal(divided[:, 1], 0)
    assert (divided[:, [0, 2]] != 0).all()
    assert np.isfinite(hoyer(divided)).all()


def test_collapsed_dimensions_raise_hoyer_but_not_normalised_hoyer():
    """With 56 of 64 dimensions collapsed Hoyer is 0.81; normalised it is 0.23 as before."""
    generator = np.random.default_rng(0)
    alive = generator.standard_normal((4000, 64))
    collapsed = alive * np.where(np.arange(64) < 8, 1, 1e-4)
    assert hoyer(alive).mean() == pytest.approx(0.23, abs=0.01)
    assert hoyer(collapsed).mean() == pytest.approx(0.81, abs=0.01)
    assert hoyer(divide_by_deviation(collapsed)).mean() == pytest.approx(0.23, abs=0.01)


# A Gaussian code, which is not sparse


@pytest.mark.parametrize(("dimensions", "expected"), [(32, 0.238), (64, 0.2275)])
def test_hoyer_of_a_gaussian_is_that_of_samples(dimensions, expected):
    codes = np.random.default_rng(0).standard_normal((40_000, dimensions))
    assert hoyer_of_gaussian(dimensions) == pytest.approx(hoyer(codes).mean(), abs=3e-4)
    assert hoyer_of_gaussian(dimensions) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_hoyer_of_a_gaussian_is_the_integral_over_directions(dimensions):
    if dimensions == 2:
        ratio = integrate.quad(lambda angle: math.cos(angle) + math.sin(angle), 0, math.pi / 2)[0]
        ratio /= math.pi / 2
    else:
        ratio = 3 * 0.5  # a coordinate of the unit sphere is uniform in [-1, 1]
    root = math.sqrt(dimensions)
    assert hoyer_of_gaussian(dimensions) == pytest.approx((root - ratio) / (root - 1), rel=1e-12)


@pytest.mark.parametrize("dimensions", [2, 8, 32])
def test_a_gaussian_code_is_as_sparse_as_itself_and_a_laplace_code_is_sparser(dimensions):
    generator = np.random.default_rng(0)
    scales = np.logspace(-3, 3, dimensions)
    gaussian = hoyer_above_gaussian(scales * generator.standard_normal((40_000, dimensions)))
    laplace = hoyer_above_gaussian(scales * generator.laplace(size=(40_000, dimensions)))
    assert gaussian.mean() == pytest.approx(0, abs=4e-3)
    assert laplace.mean() > 0.05


def test_one_dimension_has_no_sparsity_above_a_gaussian():
    codes = np.random.default_rng(0).standard_normal((5, 1))
    np.testing.assert_array_equal(np.isnan(hoyer_above_gaussian(codes)), [True] * 5)
