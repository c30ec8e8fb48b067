"""Tests of the scores of frames that are drawn from a prior."""

import pytest

from sdmvae.evaluation.scores import SCORES

NAMES = {
    "energy_distance_fitted": ("fitted", "test"),
    "energy_distance_prior": ("prior", "test"),
    "energy_distance_fitted_training": ("fitted", "training"),
    "energy_distance_prior_training": ("prior", "training"),
}


@pytest.mark.parametrize(("name", "keys"), NAMES.items())
def test_a_score_is_the_distance_under_its_prior_from_its_frames(make_outputs, name, keys):
    prior, frames = keys
    outputs = make_outputs(energy_distances={prior: {frames: 0.25}})
    found = {each: SCORES[each].of_cell(outputs) for each in NAMES}
    assert found == {each: 0.25 if each == name else None for each in NAMES}


def test_a_cell_of_an_earlier_run_has_none(make_outputs):
    assert {SCORES[name].of_cell(make_outputs()) for name in NAMES} == {None}
