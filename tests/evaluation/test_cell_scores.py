"""Tests of the scores of all utterances of a cell, and of their summary."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from sdmvae.dsp import audio_file
from sdmvae.evaluation import cell_scores
from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores import codes as code_scores
from tests.support import PROJECT

pytestmark = pytest.mark.slow

RATE = audio_file.SAMPLE_RATE
SPEECH = ["pesq", "pesq_wb", "stoi", "estoi", "si_sdr"]
SPEECH += ["log_spectral_distance", "mel_cepstral_distortion"]
REQUIRED = [*SPEECH, "hoyer", "hoyer_above_gaussian", "effective_dims"]
REQUIRED += ["likelihood", "objective", "reconstruction", "kl"]


def noise(seconds=1.0, seed=0):
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


# One utterance


def test_a_pair_has_every_score_of_utterances():
    scores, remarks = cell_scores.score_pair(noise(), noise() + noise(seed=1), RATE)
    assert list(scores) == SPEECH
    assert all(math.isfinite(value) for value in scores.values())
    assert remarks == []


def test_an_undefined_score_is_nan_and_the_others_are_kept():
    scores, remarks = cell_scores.score_pair(noise(0.3), noise(0.3), RATE)
    assert math.isfinite(scores["pesq"]) and math.isfinite(scores["pesq_wb"])
    assert math.isnan(scores["stoi"]) and math.isnan(scores["estoi"])
    assert remarks == ["STOI: fewer than 30 frames of speech"]


def test_every_reason_is_given_once():
    scores, remarks = cell_scores.score_pair(np.zeros(RATE), noise(), RATE)
    assert math.isnan(scores["pesq"]) and math.isnan(scores["pesq_wb"])
    assert remarks == [
        "PESQ: the reference is silent",
        "SI-SDR: the reference is silent",
        "spectral distance: the reference is silent",
    ]


# All utterances


@pytest.fixture
def pairs(tmp_path):
    """Return the paths of three utterances and their resynthesis."""
    paths = [(tmp_path / f"{name}.flac", tmp_path / f"{name}.wav") for name in "abc"]
    for seed, (original, resynthesis) in enumerate(paths):
        audio_file.write(original, noise(seed=seed))
        audio_file.write(resynthesis, noise(seed=seed) / 2)
    return paths


def test_utterances_are_scored_in_their_order(pairs):
    rows = cell_scores.score_utterances(pairs, "score a cell")
    assert list(rows) == [*SPEECH, "remark"]
    assert list(rows["remark"]) == ["", "", ""]
    for row, pair in zip(rows.to_dict("records"), pairs, strict=True):
        scores, _ = cell_scores.score_pair(*(audio_file.read(path).samples for path in pair), RATE)
        assert row == {**{key: pytest.approx(scores[key]) for key in scores}, "remark": ""}


def test_a_file_that_cannot_be_read_costs_its_own_scores_alone(pairs):
    pairs[1][1].write_bytes(b"not audio")
    rows = cell_scores.score_utterances(pairs, "score a cell")
    assert rows["pesq"].isna().tolist() == [False, True, False]
    assert rows["remark"][1].startswith("cannot be read: ")
    assert list(rows["remark"][[0, 2]]) == ["", ""]


def test_a_crash_of_a_library_costs_one_utterance_alone(pairs, monkeypatch):
    score = cell_scores.score_pair
    crashing = audio_file.read(pairs[1][0]).samples

    def crash(reference, estimate, rate):
        if np.array_equal(reference, crashing):
            os._exit(1)
        return score(reference, estimate, rate)

    monkeypatch.setattr(cell_scores, "score_pair", crash)
    # Other tests may have started threads, and then workers would not inherit the replacement.
    monkeypatch.setattr("sdmvae.runtime.workers._count_threads", lambda: 1)
    rows = cell_scores.score_utterances(pairs, "score a cell")
    assert rows["pesq"].isna().tolist() == [False, True, False]
    assert rows["remark"].tolist() == ["", "no scores: the process working on it died", ""]


def test_the_table_of_utterances_is_complete():
    codes = np.array([[1.0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0]])
    bounds = pd.DataFrame({"path": ["b", "a", "c"], "frames": [2, 2, 1], "objective": [1.0, 2, 3]})
    scores = pd.DataFrame({"pesq": [3.0, 2.0, 1.0], "remark": ["", "short", ""]})
    manifest = pd.DataFrame(
        {
            "split": ["train", "test", "test", "test"],
            "speaker": ["tom", "ann", "ann", "bob"],
            "utterance": [7, 1, 2, 3],
            "seconds": [1.0, 2.0, 3.0, 4.0],
            "path": ["t", "a", "b", "c"],
        }
    )
    outputs = CellOutputs(bounds, codes)
    rows = cell_scores.add_scores(outputs, scores, manifest).utterances
    assert list(rows) == [
        *("speaker", "utterance", "seconds", "path", "frames", "objective"),
        *("hoyer_above_gaussian", "effective_dims", "hoyer", "dims_in_use", "pesq", "remark"),
    ]
    assert list(rows["path"]) == ["b", "a", "c"]
    assert list(rows["utterance"]) == [2, 1, 3]
    assert list(rows["pesq"]) == [3, 2, 1]
    np.testing.assert_allclose(rows["hoyer"], [0.5, 1, math.nan])
    np.testing.assert_allclose(
        np.average(rows["hoyer"][:2], weights=[2, 1]), np.nanmean(code_scores.hoyer(codes))
    )
    assert "hoyer" not in bounds


# The summary of a cell


def test_a_summary_has_every_score(make_outputs):
    summary = cell_scores.summarise(make_outputs())
    assert set(REQUIRED) <= set(summary)
    assert all(isinstance(summary[name], int | float) for name in REQUIRED)
    assert summary["hoyer_hard"] is summary["coherence"] is summary["atoms_in_use"] is None


def test_keys_are_those_of_the_metrics_in_their_order(make_outputs):
    keys = list(cell_scores.summarise(make_outputs()))
    for path in set((PROJECT / "metrics").glob("*-m*.json")):
        assert [*keys, "seeds"] == list(json.loads(path.read_text())), path


def test_a_summary_of_hard_codes_and_of_a_dictionary(make_outputs):
    codes = np.array([[3.0, 0.001], [-3.0, -0.001], [3.0, 0.001]])
    hard_codes = np.array([[3.0, 0], [0, 0], [1, 1]])
    dictionary = np.array([[1.0, 0.6], [0.0, 0.8]])
    divergence = np.array([[3.0, 0.001]] * 3)
    summary = cell_scores.summarise(make_outputs(3, codes, hard_codes, dictionary, divergence))
    assert summary["hoyer_hard"] == pytest.approx(0.5)
    assert summary["coherence"] == pytest.approx(0.6)
    assert summary["atoms_in_use"] == 1


def test_scores_are_means_over_utterances_that_have_one(make_outputs):
    summary = cell_scores.summarise(
        make_outputs(
            4,
            pesq=[1.0, math.nan, 3.0, 5.0],
            stoi=[0.5, 0.7, math.nan, 0.9],
            si_sdr=[10.0, -math.inf, math.inf, 20.0],
        )
    )
    assert summary["pesq"] == pytest.approx(3)
    assert summary["stoi"] == pytest.approx(0.7)
    assert summary["si_sdr"] == pytest.approx(15)
    assert summary["utterances"] == 4
    assert summary["utterances_scored"] == 2


def test_a_score_that_no_utterance_has_is_none(make_outputs):
    summary = cell_scores.summarise(
        make_outputs(2, pesq=[math.nan] * 2, si_sdr=[-math.inf, math.nan])
    )
    assert summary["pesq"] is None
    assert summary["si_sdr"] is None
    assert summary["stoi"] == 1
    assert summary["utterances_scored"] == 0


def test_a_bound_is_a_mean_over_frames(make_outputs):
    summary = cell_scores.summarise(make_outputs(2, frames=[1, 3], objective=[-8.0, -4.0]))
    assert summary["objective"] == pytest.approx(-5)
    assert summary["frames"] == 4


@pytest.mark.parametrize("name", ["likelihood", "objective", "reconstruction", "kl"])
@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_bound_with_an_undefined_part_is_none(make_outputs, name, wrong):
    assert cell_scores.summarise(make_outputs(2, **{name: [-4.0, wrong]}))[name] is None


def test_hoyer_is_a_mean_over_frames_with_a_code(make_outputs):
    codes = np.array([[1.0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]])
    summary = cell_scores.summarise(make_outputs(4, codes))
    assert summary["hoyer"] == summary["hoyer_frames"] == pytest.approx(0.5)
    assert summary["frames_all_zero"] == 2
    assert summary["dims"] == 4


def test_a_code_of_zeros_has_no_hoyer(make_outputs):
    summary = cell_scores.summarise(make_outputs(3, np.zeros((3, 4))))
    assert summary["hoyer"] is None
    assert summary["hoyer_above_gaussian"] is summary["effective_dims"] is None
    assert summary["frames_all_zero"] == 3


@pytest.mark.parametrize("zero", [False, True])
def test_a_summary_is_strict_json(make_outputs, zero):
    codes = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32) * (not zero)
    summary = cell_scores.summarise(
        make_outputs(
            3, codes, pesq=[math.nan] * 3, si_sdr=[-math.inf, 1.0, 2.0], objective=[math.nan] * 3
        )
    )
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_speech_without_a_cell_has_the_scores_of_speech():
    rows = pd.DataFrame({name: [1.0, 2.0] for name in SPEECH}).assign(pesq=[3.0, math.nan])
    summary = cell_scores.summarise_speech(rows)
    assert list(summary) == [*SPEECH, "utterances", "utterances_scored"]
    assert (summary["pesq"], summary["estoi"]) == (3, 1.5)
    assert (summary["utterances"], summary["utterances_scored"]) == (2, 1)


# What is imported


def imported_by(statement):
    """Return the modules that a new process holds after an import."""
    script = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import stages.score",
        "import stages.anchors",
        "import stages.tabulate",
        "from sdmvae.evaluation import results, statistics, tables",
    ],
)
def test_scoring_and_tabulating_do_not_import_torch(statement):
    assert "torch" not in imported_by(statement)


def test_scoring_does_not_import_the_layout_of_the_table():
    """DVC must not score every cell again when only the table changes."""
    modules = imported_by("import stages.score")
    assert "sdmvae.evaluation.cell_scores" in modules
    for name in ("tables", "published", "results", "statistics"):
        assert f"sdmvae.evaluation.{name}" not in modules
