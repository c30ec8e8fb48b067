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


def test_hard_codes_and_the_dictionary_may_be_missing(tmp_path):
    np.save(tmp_path / "codes.npy", np.ones((5, 2)))
    outputs = read_outputs(tmp_path, UTTERANCES)
    assert outputs.codes.shape == (5, 2)
    assert outputs.hard_codes is None and outputs.dictionary is None
    np.save(tmp_path / "hard_codes.npy", np.zeros((5, 2)))
    np.save(tmp_path / "dictionary.npy", np.eye(2))
    outputs = read_outputs(tmp_path, UTTERANCES)
    np.testing.assert_array_equal(outputs.hard_codes, np.zeros((5, 2)))
    np.testing.assert_array_equal(outputs.dictionary, np.eye(2))


def test_codes_must_be_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"codes\.npy"):
        read_outputs(tmp_path, UTTERANCES)
