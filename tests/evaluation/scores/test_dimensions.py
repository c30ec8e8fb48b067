"""Tests of how many dimensions and atoms are in use."""

import math

import numpy as np
import pytest

from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.scores.dimensions import coherence

# Nats per dimension, of three frames in two utterances.
DIVERGENCE = np.array([[5.0, 0.2, 0.0, 0.05], [4.0, 0.0, 0.0, 0.05], [6.0, 0.2, 0.0, 0.11]])


@pytest.fixture
def outputs(make_outputs):
    return make_outputs(
        2, frames=[2, 1], kl_by_dimension=DIVERGENCE.astype(np.float16), dictionary=np.eye(4)
    )


def test_dimensions_in_use_are_those_of_each_frame_with_more_than_a_tenth_of_a_nat(outputs):
    assert SCORES["dims_in_use"].of_cell(outputs) == pytest.approx((2 + 1 + 3) / 3)
    np.testing.assert_allclose(SCORES["dims_in_use"].of_utterances(outputs), [1.5, 3])


def test_active_dimensions_and_atoms_have_as_much_on_average(outputs):
    assert SCORES["active_dims"].of_cell(outputs) == 2
    assert SCORES["atoms_in_use"].of_cell(outputs) == 2
    assert SCORES["dims"].of_cell(outputs) == 4


def test_without_a_divergence_for_each_dimension_nothing_is_said(make_outputs):
    for name in ("dims_in_use", "active_dims", "atoms_in_use"):
        assert SCORES[name].of_cell(make_outputs(dictionary=np.eye(4))) is None
    assert SCORES["dims_in_use"].of_utterances(make_outputs()) is None


def test_coherence_is_that_of_the_two_closest_atoms_whatever_their_sign():
    angle = math.radians(10)
    atoms = np.array([[1, 0], [0, 1], [-math.cos(angle), math.sin(angle)]]).T
    assert coherence(atoms) == pytest.approx(math.cos(angle))


def test_coherence_of_a_single_atom_is_zero():
    assert coherence(np.array([[1.0], [0.0]])) == 0
