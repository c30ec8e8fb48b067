"""Tests of the bounds."""

import math

import pytest

from sdmvae.evaluation.scores import SCORES, bounds

NAMES = [score.name for score in bounds.SCORES]


def test_a_bound_is_a_mean_over_frames(make_outputs):
    outputs = make_outputs(
        2, frames=[1, 3], objective=[-8.0, -4.0], reconstruction=[6.0, 2.0], kl=[2.0, 2.0]
    )
    assert SCORES["objective"].of_cell(outputs) == pytest.approx(-5)
    assert SCORES["reconstruction"].of_cell(outputs) == pytest.approx(3)
    assert SCORES["kl"].of_cell(outputs) == pytest.approx(2)
    assert list(SCORES["objective"].of_utterances(outputs)) == [-8, -4]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_bound_is_undefined_if_that_of_one_utterance_is(make_outputs, name, wrong):
    assert not math.isfinite(SCORES[name].of_cell(make_outputs(2, **{name: [-4.0, wrong]})))


def test_bounds_are_in_nats_per_frame():
    assert {score.unit for score in bounds.SCORES} == {"nats per frame"}
    assert {score.per for score in bounds.SCORES} == {"frame"}


def test_no_cell_is_ranked_by_the_objective_of_its_training():
    assert SCORES["objective"].better is None
    assert SCORES["likelihood"].better == "higher"
    assert [score.name for score in bounds.SCORES if score.in_table] == ["likelihood"]
