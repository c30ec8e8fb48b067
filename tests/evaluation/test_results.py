"""Tests of reading the outputs of a finished run."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sdmvae.dsp import audio_file
from sdmvae.evaluation import results
from sdmvae.params import Cell, Training, Variant

CELL = Cell(name="vae-m4", variant="vae", m=4)
SEEDS = [7, 3]
SETTINGS = SimpleNamespace(
    variants={"vae": Variant(model="vae", beta=2.0)},
    cells=[CELL],
    train=SimpleNamespace(seeds=SEEDS),
    trainings=[Training(cell=CELL, seed=seed) for seed in SEEDS],
)
SAMPLES = 0.1 * np.random.default_rng(0).standard_normal(4_000)
CODES = np.arange(20.0).reshape(5, 4)


@pytest.fixture
def data(tmp_path):
    """Return a folder with one cell, two seeds, and two test utterances of 2 and 3 frames.

    The resynthesis of the first seed has half the amplitude, and that of the second one a quarter.
    """
    for number, seed in enumerate(SEEDS):
        scores = tmp_path / f"scores/vae-m4/{seed}"
        scores.mkdir(parents=True)
        summary = {"pesq": 2.5 + number, "dims": 4, "utterances": 2}
        (scores / "summary.json").write_text(json.dumps(summary))
        utterances = {"path": ["ann/0.flac", "ann/1.flac"], "frames": [2, 3], "pesq": number}
        pd.DataFrame(utterances).to_csv(scores / "utterances.csv", index=False)
        curves = tmp_path / "curves/vae-m4"
        curves.mkdir(parents=True, exist_ok=True)
        pd.DataFrame({"epoch": [1, 2 + number]}).to_csv(curves / f"{seed}.csv", index=False)
        made = tmp_path / f"resynthesis/vae-m4/{seed}"
        (made / "speech/ann").mkdir(parents=True)
        np.save(made / "codes.npy", CODES + number)
        audio_file.write(made / "speech/ann/0.wav", SAMPLES / (2 + 2 * number))
    pd.DataFrame({"path": ["ann/0.flac"]}).to_csv(tmp_path / "manifest.csv", index=False)
    pd.DataFrame({"reason": [""]}).to_csv(tmp_path / "left_out.csv", index=False)
    (tmp_path / "speech/test/ann").mkdir(parents=True)
    audio_file.write(tmp_path / "speech/test/ann/0.flac", SAMPLES)
    return tmp_path


@pytest.fixture
def run(data):
    return results.read(SETTINGS, None, results.read_cells(SETTINGS, data), data)


def test_a_cell_has_its_names_and_the_means_of_its_scores_over_seeds(data):
    assert results.read_cell(SETTINGS, CELL, data) == {
        "cell": "vae-m4",
        "model": "vae",
        "arguments": {"beta": 2.0},
        "m": 4,
        "pesq": 3.0,
        "pesq_sd": pytest.approx(0.5**0.5, abs=1e-6),
        "dims": 4,
        "dims_sd": 0.0,
        "utterances": 2,
        "seeds": 2,
    }


def test_tables_of_utterances_have_all_seeds_in_their_order(run):
    table = run.utterances["vae-m4"]
    assert list(table["seed"]) == [7, 7, 3, 3]
    assert list(table["frames"]) == [2, 3, 2, 3]
    assert list(table["pesq"]) == [0, 0, 1, 1]


def test_curves_and_weights_are_those_of_the_first_seed(run):
    assert run.seed == 7
    assert list(run.curves["vae-m4"]["epoch"]) == [1, 2]
    assert run.weights("vae-m4") == run.data / "models/vae-m4/7"
    assert list(run.manifest["path"]) == ["ann/0.flac"]


def test_an_empty_text_is_not_taken_for_a_missing_number(run):
    assert list(run.left_out) == ["reason"]
    assert run.left_out["reason"].dtype != float


def test_speech_is_read_by_its_path_in_the_manifest(run):
    np.testing.assert_allclose(run.original("ann/0.flac"), SAMPLES, atol=1e-4)
    np.testing.assert_allclose(run.resynthesis("vae-m4", "ann/0.flac"), SAMPLES / 2, atol=1e-4)


def test_codes_are_those_of_each_utterance_for_the_first_seed(run):
    (first, codes), (second, other) = run.codes("vae-m4")
    assert (first, second) == ("ann/0.flac", "ann/1.flac")
    np.testing.assert_array_equal(codes, CODES[:2])
    np.testing.assert_array_equal(other, CODES[2:])


def test_outputs_hold_all_that_scores_are_computed_from(run, data):
    outputs = run.outputs("vae-m4")
    np.testing.assert_array_equal(outputs.codes, CODES)
    assert outputs.utterances.equals(run.utterances["vae-m4"].iloc[:2])
    assert outputs.dictionary is run.dictionary("vae-m4") is None
    np.save(data / "resynthesis/vae-m4/7/dictionary.npy", np.eye(4))
    np.testing.assert_array_equal(run.outputs("vae-m4").dictionary, run.dictionary("vae-m4"))


@pytest.mark.parametrize("name", ["manifest.csv", "curves/vae-m4/7.csv", "scores/vae-m4/3"])
def test_an_output_that_is_missing_is_named(data, name):
    cells = [results.read_cell(SETTINGS, CELL, data)]
    (data / name).rename(data / "elsewhere")
    with pytest.raises(FileNotFoundError) as caught:
        results.read(SETTINGS, None, cells, data)
    assert name in caught.value.filename
