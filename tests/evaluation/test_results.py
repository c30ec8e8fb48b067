"""Tests of reading the outputs of a finished run."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sdmvae.dsp import audio_file
from sdmvae.evaluation import results
from sdmvae.params import Cell, Variant

SETTINGS = SimpleNamespace(variants={"vae": Variant(model="vae", beta=2.0)})
CELL = Cell(name="vae-m4", variant="vae", m=4)
SAMPLES = 0.1 * np.random.default_rng(0).standard_normal(4_000)
CODES = np.arange(20.0).reshape(5, 4)


@pytest.fixture
def data(tmp_path):
    """Return a folder with the outputs of one cell and two test utterances of 2 and 3 frames."""
    for name in ("scores/vae-m4", "curves", "speech/ann", "resynthesis/vae-m4/speech/ann"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "scores/vae-m4/summary.json").write_text(json.dumps({"pesq": 2.5, "dims": 4}))
    utterances = pd.DataFrame({"path": ["ann/0.flac", "ann/1.flac"], "frames": [2, 3]})
    utterances.to_csv(tmp_path / "scores/vae-m4/utterances.csv", index=False)
    pd.DataFrame({"epoch": [1, 2]}).to_csv(tmp_path / "curves/vae-m4.csv", index=False)
    pd.DataFrame({"path": ["ann/0.flac"]}).to_csv(tmp_path / "manifest.csv", index=False)
    pd.DataFrame({"reason": [""]}).to_csv(tmp_path / "left_out.csv", index=False)
    np.save(tmp_path / "resynthesis/vae-m4/codes.npy", CODES)
    audio_file.write(tmp_path / "speech/ann/0.flac", SAMPLES)
    audio_file.write(tmp_path / "resynthesis/vae-m4/speech/ann/0.wav", SAMPLES / 2)
    return tmp_path


@pytest.fixture
def run(data):
    return results.read(SETTINGS, None, [results.read_cell(SETTINGS, CELL, data)], data)


def test_a_cell_has_its_names_and_its_scores(data):
    assert results.read_cell(SETTINGS, CELL, data) == {
        "cell": "vae-m4",
        "model": "vae",
        "arguments": {"beta": 2.0},
        "m": 4,
        "pesq": 2.5,
        "dims": 4,
    }


def test_tables_are_read(run):
    assert list(run.utterances["vae-m4"]["frames"]) == [2, 3]
    assert list(run.curves["vae-m4"]["epoch"]) == [1, 2]
    assert list(run.manifest["path"]) == ["ann/0.flac"]


def test_an_empty_text_is_not_taken_for_a_missing_number(run):
    assert list(run.left_out) == ["reason"]
    assert run.left_out["reason"].dtype != float


def test_speech_is_read_by_its_path_in_the_manifest(run):
    np.testing.assert_allclose(run.original("ann/0.flac"), SAMPLES, atol=1e-4)
    np.testing.assert_allclose(run.resynthesis("vae-m4", "ann/0.flac"), SAMPLES / 2, atol=1e-4)


def test_codes_are_those_of_each_utterance(run):
    (first, codes), (second, other) = run.codes("vae-m4")
    assert (first, second) == ("ann/0.flac", "ann/1.flac")
    np.testing.assert_array_equal(codes, CODES[:2])
    np.testing.assert_array_equal(other, CODES[2:])


def test_outputs_hold_all_that_scores_are_computed_from(run, data):
    outputs = run.outputs("vae-m4")
    np.testing.assert_array_equal(outputs.codes, CODES)
    assert outputs.utterances is run.utterances["vae-m4"]
    assert outputs.dictionary is run.dictionary("vae-m4") is None
    np.save(data / "resynthesis/vae-m4/dictionary.npy", np.eye(4))
    np.testing.assert_array_equal(run.outputs("vae-m4").dictionary, run.dictionary("vae-m4"))


@pytest.mark.parametrize("name", ["manifest.csv", "curves/vae-m4.csv", "scores/vae-m4"])
def test_an_output_that_is_missing_is_named(data, name):
    cells = [results.read_cell(SETTINGS, CELL, data)]
    (data / name).rename(data / "elsewhere")
    with pytest.raises(FileNotFoundError) as caught:
        results.read(SETTINGS, None, cells, data)
    assert name in caught.value.filename
