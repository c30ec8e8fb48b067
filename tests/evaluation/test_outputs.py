"""Tests of reading the outputs of a cell."""

import numpy as np
import pandas as pd
import pytest

from sdmvae.evaluation.outputs import CellOutputs, read_outputs

UTTERANCES = pd.DataFrame({"frames": [2, 3]})


@pytest.mark.parametrize("frames", [4, 6])
def test_there_are_as_many_codes_as_frames(frames):
    with pytest.raises(ValueError, match=f"{frames} frames have 5 codes"):
        CellOutputs(pd.DataFrame({"frames": [frames]}), np.ones((5, 2)))


def test_all_but_the_codes_may_be_missing(tmp_path):
    np.save(tmp_path / "codes.npy", np.ones((5, 2)))
    outputs = read_outputs(tmp_path, UTTERANCES)
    assert outputs.codes.shape == (5, 2)
    arrays = {
        "hard_codes": np.zeros((5, 2)),
        "dictionary": np.eye(2),
        "kl_by_dimension": np.full((5, 2), 0.5, np.float16),
        "signal_to_noise": np.full((5, 2), -2.0, np.float16),
    }
    assert all(getattr(outputs, name) is None for name in arrays)
    assert outputs.energy_distances == {}
    (tmp_path / "energy_distances.json").write_text('{"prior": null, "fitted": 0.01}')
    for name, array in arrays.items():
        np.save(tmp_path / f"{name}.npy", array)
    outputs = read_outputs(tmp_path, UTTERANCES)
    for name, array in arrays.items():
        np.testing.assert_array_equal(getattr(outputs, name), array)
    assert outputs.energy_distances == {"prior": None, "fitted": 0.01}


def test_codes_must_be_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"codes\.npy"):
        read_outputs(tmp_path, UTTERANCES)
