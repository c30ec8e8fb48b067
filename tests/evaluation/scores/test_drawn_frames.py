"""Tests of the scores of frames that are drawn from a prior."""

import pytest

from sdmvae.evaluation.scores import SCORES

NAMES = {"energy_distance_fitted": "fitted", "energy_distance_prior": "prior"}


@pytest.mark.parametrize(("name", "key"), NAMES.items())
def test_a_score_is_the_distance_under_its_prior(make_outputs, name, key):
    outputs = make_outputs(energy_distances={"prior": None, "fitted": None, key: 0.25})
    assert SCORES[name].of_cell(outputs) == 0.25
    (other,) = set(NAMES) - {name}
    assert SCORES[other].of_cell(outputs) is None


def test_a_cell_of_an_earlier_run_has_none(make_outputs):
    assert [SCORES[name].of_cell(make_outputs()) for name in NAMES] == [None, None]
