"""Tests of the scores of codes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import integrate

from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.scores.codes import divide_by_deviation, gini, hoyer, hoyer_of_gaussian

# Hoyer

NUMBERS = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.floats(-1e3, -1e-3))
CODES = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(2, 70)),
    elements=NUMBERS,
    fill=st.just(0.0),
)


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


# Gini


@pytest.mark.parametrize("dimensions", [1, 2, 32])
def test_gini_of_one_and_of_equal_magnitudes(dimensions):
    np.testing.assert_allclose(gini(-3 * np.eye(dimensions)), 1 - 1 / dimensions, atol=1e-12)
    np.testing.assert_allclose(gini(np.full((1, dimensions), -0.3)), 0, atol=1e-12)


@given(codes=CODES)
@settings(max_examples=50, deadline=None)
def test_gini_is_half_the_relative_mean_difference(codes):
    """The mean of |c_i - c_j| over all pairs, by twice the mean of |c|."""
    magnitudes = np.abs(codes)
    with np.errstate(invalid="ignore"):
        expected = np.abs(magnitudes[:, :, None] - magnitudes[:, None]).mean((1, 2)) / (
            2 * magnitudes.mean(1)
        )
    np.testing.assert_allclose(gini(codes), expected, atol=1e-9)


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


def test_normalised_scores_of_a_gaussian_code_are_those_of_no_sparsity(make_outputs):
    codes = np.random.default_rng(0).standard_normal((4000, 32)) * np.logspace(-3, 3, 32)
    outputs = make_outputs(1, codes, frames=[4000])
    assert SCORES["hoyer_above_gaussian"].of_cell(outputs) == pytest.approx(0, abs=1e-3)
    assert SCORES["effective_dims"].of_cell(outputs) == pytest.approx(1 + 31 * 2 / math.pi, abs=0.1)
    assert SCORES["gini"].of_cell(outputs) == pytest.approx(0.404, abs=2e-3)
    assert SCORES["hoyer"].of_cell(outputs) > 0.7


def test_zeros_that_are_added_change_hoyer_but_not_the_effective_dimensions(make_outputs):
    codes = np.random.default_rng(0).standard_normal((500, 8))
    outputs = make_outputs(1, codes, frames=[500])
    padded = make_outputs(1, np.pad(codes, ((0, 0), (0, 8))), frames=[500])
    for name, same in (("effective_dims", True), ("hoyer_normalised", False), ("hoyer", False)):
        value, other = (SCORES[name].of_cell(each) for each in (outputs, padded))
        assert (other == pytest.approx(value)) is same, name


def test_hoyer_is_averaged_over_each_utterance_first_as_the_authors_do(make_outputs):
    codes = np.array([[1.0, 0, 0, 0]] * 3 + [[1.0, 1, 1, 1]])
    outputs = make_outputs(2, codes, frames=[3, 1])
    assert SCORES["hoyer"].of_cell(outputs) == pytest.approx(1 / 2)
    assert SCORES["hoyer_frames"].of_cell(outputs) == pytest.approx(3 / 4)
    assert SCORES["hoyer"].per == "utterance"


def test_the_ratio_of_mean_and_deviation_has_its_own_hoyer(make_outputs):
    ratios = np.array([[1.0, 0, 0, 0], [2, -2, 2, 2]], dtype=np.float16)
    outputs = make_outputs(1, np.ones((2, 4)), frames=[2], signal_to_noise=ratios)
    assert SCORES["hoyer_of_ratios"].of_cell(outputs) == pytest.approx(0.5)
    assert SCORES["hoyer_of_ratios"].of_cell(make_outputs()) is None
