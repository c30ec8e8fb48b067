"""Tests of all declarations, and of how a new one is picked up."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from sdmvae.evaluation.published import Published
from sdmvae.evaluation.scores import SCORES, Score
from tests.support import PROJECT

IN_METRICS = ["pesq", "pesq_wb", "stoi", "estoi", "si_sdr"]
IN_METRICS += ["log_spectral_distance", "mel_cepstral_distortion"]
IN_METRICS += ["hoyer_above_gaussian", "effective_dims", "hoyer", "hoyer_frames"]
IN_METRICS += ["hoyer_normalised", "hoyer_of_ratios", "hoyer_hard", "gini"]
IN_METRICS += ["dims_in_use", "dims", "active_dims", "atoms_in_use", "coherence"]
IN_METRICS += ["likelihood", "likelihood_gain", "likelihood_gaussian", "iwae", "objective"]
IN_METRICS += ["reconstruction", "kl"]
IN_METRICS += ["energy_distance_fitted", "energy_distance_prior"]
IN_METRICS += ["energy_distance_fitted_training", "energy_distance_prior_training"]


def test_scores_are_in_the_order_of_the_metrics():
    assert list(SCORES) == IN_METRICS
    assert all(name == score.name for name, score in SCORES.items())


@pytest.mark.parametrize("score", SCORES.values(), ids=list(SCORES))
def test_a_description_is_one_sentence(score):
    assert re.fullmatch(r"[A-Z].*[^.]\.", score.description)
    assert not re.search(r"[.!?] ", score.description)
    assert not re.search(r"\bfor which\b|\bnats a frame\b", score.description)


def test_labels_are_distinct():
    assert len({score.label for score in SCORES.values()}) == len(SCORES)


def test_published_columns_are_those_of_the_published_table():
    columns = [score.published for score in SCORES.values() if score.published]
    assert sorted(columns) == sorted(Published._fields)


def test_every_score_says_what_is_better_or_that_neither_is():
    lower = [name for name, score in SCORES.items() if score.better == "lower"]
    neither = [name for name, score in SCORES.items() if score.better is None]
    assert lower == [
        *("log_spectral_distance", "mel_cepstral_distortion", "effective_dims", "reconstruction"),
        *("energy_distance_fitted", "energy_distance_prior"),
        *("energy_distance_fitted_training", "energy_distance_prior_training"),
    ]
    assert neither == [
        *("dims_in_use", "dims", "active_dims", "atoms_in_use", "coherence"),
        *("likelihood_gain", "objective", "kl"),
    ]


def test_a_score_itself_is_abstract():
    with pytest.raises(TypeError, match="abstract"):
        Score(name="a", label="A", description="It is a.", better=None)


LOUDNESS = '''
"""A new score."""

import numpy as np

from sdmvae.evaluation.scores.base import FrameScore, UtteranceScore


def level_error(reference, estimate, rate):
    """Return how much louder the estimate is, in dB."""
    return float(20 * np.log10(np.abs(estimate).max() / np.abs(reference).max()))


SCORES = (
    UtteranceScore(
        name="level_error",
        label="Level error",
        description="The level error says how much louder the resynthesis is.",
        unit="dB",
        better="lower",
        digits=1,
        in_table=True,
        compute=level_error,
    ),
    FrameScore(
        name="largest",
        label="Largest",
        description="This is the largest value of the code of a frame.",
        better="lower",
        in_table=True,
        compute=lambda outputs: outputs.codes.max(axis=1),
    ),
)
'''

USE = """
import json
from pathlib import Path
import numpy as np, pandas as pd
from sdmvae.dsp import audio_file
from sdmvae.evaluation import cell_scores, tables
from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores import SCORES

samples = 0.1 * np.random.default_rng(0).standard_normal(8_000)
audio_file.write("a.flac", samples)
audio_file.write("a.wav", samples / 2)
scores = cell_scores.score_utterances([(Path("a.flac"), Path("a.wav"))], "score")
names = ("likelihood", "likelihood_gain", "likelihood_gaussian", "iwae", "objective")
terms = dict.fromkeys((*names, "reconstruction", "kl"), 1.0)
bounds = pd.DataFrame({"path": ["a.flac"], "frames": [2], **terms})
manifest = pd.DataFrame({"path": ["a.flac"], "speaker": "ann", "utterance": 0, "seconds": 0.5})
outputs = CellOutputs(bounds, np.array([[1.0, 2.0], [3.0, 6.0]]))
outputs = cell_scores.add_scores(outputs, scores, manifest)
summary = cell_scores.summarise(outputs)
table = tables.table([{"cell": "vae-m2", "model": "vae", "arguments": {}, "m": 2, **summary}])
print(json.dumps({
    "order": list(SCORES), "summary": summary, "columns": list(table),
    "level": table["Level error"][0], "utterances": list(outputs.utterances),
    "markdown": tables.markdown(table), "legend": tables.legend([summary], 2, {}),
}))
"""


@pytest.fixture
def project(tmp_path):
    """Return a folder with a copy of the package."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "sdmvae", tmp_path / "sdmvae", ignore=ignored)
    return tmp_path


def run(folder, code):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )


def test_a_score_in_a_new_module_appears_in_the_summary_and_in_the_table(project):
    (project / "sdmvae/evaluation/scores/loudness.py").write_text(LOUDNESS)
    done = run(project, USE)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["order"] == [*IN_METRICS, "level_error", "largest"]
    assert result["summary"]["level_error"] == pytest.approx(-6.02, abs=0.01)
    assert result["summary"]["largest"] == 4
    assert result["columns"][-3:] == ["Level error", "Largest", "scored"]
    assert result["level"] == result["summary"]["level_error"]
    assert {"level_error", "largest"} <= set(result["utterances"])
    assert " -6.0 |" in result["markdown"]
    assert "- Level error, dB: The level error says" in result["legend"]


def test_a_name_that_is_taken_is_refused(project):
    taken = LOUDNESS.replace('"largest"', '"hoyer"')
    (project / "sdmvae/evaluation/scores/loudness.py").write_text(taken)
    done = run(project, "import sdmvae.evaluation.scores")
    assert "scores/loudness.py: hoyer: this name is already taken" in done.stderr
