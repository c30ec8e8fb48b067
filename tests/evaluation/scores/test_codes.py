"""Tests of the scores of codes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.scores.codes import gini
from tests.support.codes import CODES

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


# Scores of outputs


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
