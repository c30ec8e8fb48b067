"""The command that runs a preset refuses what cannot be run in one line, and makes nothing."""

import shutil
import sys
from pathlib import Path

import pytest

from sdmvae import params
from sdmvae.presets.merging import PRESETS
from stages import run_preset
from tests.support import PROJECT
from tests.support.stage_runs import refusal, tree


@pytest.fixture
def folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that has a small corpus, valid parameters, and the presets."""
    shutil.copytree(PROJECT / PRESETS, here / PRESETS)
    (here / "presets/longer.yaml").write_text("train: {epochs: 9}\n")
    # Nothing may be fetched in a test.
    (here / "data/corpora/LibriSpeech/dev-clean").mkdir(parents=True)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
    return here


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Return the line with which the command refuses its arguments."""
    monkeypatch.setattr(sys, "argv", ["run_preset", *arguments])
    return refusal(run_preset)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give the name of a preset; the presets are further, "),
        (["longest"], "'longest': no such preset; the presets are further, "),
        (["longer", "train.epoch=3"], "params.yaml would not be valid: train.epoch: unknown key"),
        (["longer", "--jobs", "0"], "JOBS: '0': "),
        (["longer", "--run", "../here"], "RUN: '../here': give letters, digits, - and _ only"),
        (["longer", "--corpus", "/not/there"], "corpus.root: '/not/there': there is no such "),
        (["longer", "corpus.name=nothing"], "corpus.name: 'nothing': there are "),
        (["poster"], "give the folder of the tcd-timit corpus: make poster CORPUS=/path/to/"),
        (["poster", "--corpus", "/not/there"], "corpus.root: '/not/there': there is no such "),
        (["poster", "--corpus", "a corpus"], "no volunteers/"),
        (["librispeech", "--corpus", "a corpus"], "no <speaker>/<chapter>/"),
        (["longer"], "fatal: not a git repository"),
    ],
)
def test_what_cannot_be_run_is_refused(folder, monkeypatch, arguments, message):
    before = tree(folder)
    assert message in call(monkeypatch, *arguments)
    made = tree(folder) - before
    assert made <= {f"runs{path}" for path in ("", *LOCK)}


LOCK = [str(path) for path in ("/longer", "/longer/.dvc", "/longer/.dvc/tmp")]
LOCK += ["/longer/.dvc/tmp/run_all.lock"]


@pytest.mark.parametrize("root", ["a corpus", "./a corpus", "{here}/a corpus"])
def test_a_relative_folder_of_the_corpus_is_written_in_full(folder, monkeypatch, root):
    text = run_preset.prepare("longer", [f"corpus.root={root.format(here=folder)}"], "", "")
    (folder / "written.yaml").write_text(text)
    settings = params.read(folder / "written.yaml")
    assert settings.corpus.root == str(folder / "a corpus")
    assert settings.train.epochs == 9


def test_a_fetched_corpus_and_one_in_the_home_folder_are_found_from_everywhere(folder, monkeypatch):
    text = run_preset.prepare("librispeech", [], "", "")
    assert f"root: {folder / 'data/corpora/LibriSpeech'}\n" in text
    monkeypatch.setenv("HOME", str(folder))
    assert "root: ~/a corpus\n" in run_preset.prepare("longer", [], "~/a corpus", "")
