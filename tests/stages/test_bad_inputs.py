"""Parameters, corpora and folders that a stage cannot use: it prints one line and exits with 1.

tests/test_params.py has the values that params.yaml itself refuses.
"""

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sdmvae.evaluation import cell_scores
from sdmvae.training.device import DeviceError, check_device
from stages import recordings, report, source, split, variants
from tests.support.small_project import speak
from tests.support.stage_runs import PARAMS, refusal, tree

# Parameters. Each case has a text of PARAMS, the text in its place, and a part of the message.

# `variants` is the first stage.
BAD_PARAMS = {
    "no file": (None, None, "params.yaml: No such file"),
    "no content": (PARAMS, "", "params.yaml: has no sections; found None"),
    "two complaints": (
        "epochs: 2",
        "epoch: 0",
        "train.epoch: unknown key; there are encoder_input",
    ),
    "a name that is a command": ("vsc-a50:", "$(touch x):", "variants.'$(touch x)'"),
    "an unknown likelihood": (
        "likelihood: itakura-saito",
        "likelihood: cauchy",
        "params.yaml: train.likelihood: 'cauchy': there are gaussian, itakura-saito",
    ),
    "an unknown representation": (
        "likelihood: itakura-saito\n  representation: power",
        "likelihood: gaussian\n  representation: dB",
        "params.yaml: train.representation: 'dB': there are power, magnitude, log-power",
    ),
    "Itakura-Saito of the log-power": (
        "representation: power",
        "representation: log-power",
        "train.representation: 'log-power': likelihood itakura-saito is of power; take",
    ),
    "Itakura-Saito of magnitudes": (
        "representation: power",
        "representation: magnitude",
        "train.representation: 'magnitude': likelihood itakura-saito is of power; take",
    ),
    "an unknown model": ("model: vsc", "model: vcs", "variants.vsc-a50 at m = 4: model: 'vcs'"),
    "another unknown model": ("model: sdm", "model: smd", "model: 'smd': there are intel"),
    "no argument": ("    alpha: 0.5\n", "", "alpha: is missing; model vsc needs it"),
    "one argument too many": ("alpha: 0.5", "alpha: 0.5\n    gamma: 1", "gamma: unknown key"),
    "an argument of another model": (
        "model: sdm",
        "model: sdm\n    k: 4",
        "k: unknown key; model sdm takes",
    ),
    "an argument out of range": ("alpha: 0.5", "alpha: 1.5", "alpha: 1.5"),
    "an unknown dictionary": ("identity", "wavelet", "dictionary: 'wavelet': there are"),
    "another unknown dictionary": ("identity", "dtc", "dictionary: 'dtc': there are dct, identity"),
    "too many atoms for the identity": (
        "dictionary: identity",
        "dictionary: identity\n    atoms: 64",
        "variants.sdm-eye at m = 4: atoms: 64: the identity has as many atoms as dimensions: 4",
    ),
    "too few dimensions for the identity": (
        "dictionary: identity",
        "dictionary: identity\n    atoms: 5",
        "has as many atoms as dimensions: 4",
    ),
    "a hyperprior with a rate of zero": (
        "model: sdm\n",
        "model: sdm_student\n    rate: 0.0\n",
        "no lower bound where shape is over -1",
    ),
}
BAD_CORPUS_PARAMS = {
    "an unknown corpus": (
        "name: folder",
        "name: timid",
        "corpus.name: 'timid': there are common-voice, espeak, folder",
    ),
    "no corpus folder": ("root: a corpus", "root: null", "corpus.root: None: give the folder"),
}
# The outputs of older runs may stand in for a folder that is absent, so `recordings` decides.
BAD_ROOTS = {
    "an absent folder": (
        "root: a corpus",
        "root: /no/such/place",
        "corpus.root: '/no/such/place': there is no such folder",
    ),
    "a file for a folder": (
        "root: a corpus",
        "root: params.yaml",
        "corpus.root: 'params.yaml': there is no such folder",
    ),
}
CASES = [
    pytest.param(stage, *case, id=name)
    for stage, cases in (
        (variants, BAD_PARAMS),
        (source, BAD_CORPUS_PARAMS),
        (recordings, BAD_ROOTS),
    )
    for name, case in cases.items()
]


@pytest.mark.parametrize(("stage", "old", "new", "message"), CASES)
def test_wrong_parameters_are_refused_before_any_work(here, stage, old, new, message):
    path = here / "params.yaml"
    if old is None:
        path.unlink()
    else:
        assert old in PARAMS
        path.write_text(PARAMS.replace(old, new, 1))
    before = tree(here)
    assert message in refusal(stage)
    assert tree(here) - {"data"} == before


def test_a_device_that_does_not_exist_is_refused():
    with pytest.raises(DeviceError, match=r"train\.device: 'cuda:77'"):
        check_device("cuda:77")


# Corpora that cannot be split


def remove_all(root: Path) -> None:
    shutil.rmtree(root)
    root.mkdir()


def remove_speaker_folders(root: Path) -> None:
    for path in root.rglob("*.wav"):
        path.rename(root / f"{path.parent.name}-{path.name}")


def silence(root: Path) -> None:
    for path in root.rglob("*.wav"):
        soundfile.write(path, np.zeros(16_000), 16_000)


def leave_one_speaker(root: Path) -> None:
    for speaker in ("bob", "cyd", "dan", "eve"):
        shutil.rmtree(root / speaker)


def rename_to_text(root: Path) -> None:
    for path in root.rglob("*.wav"):
        path.rename(path.with_suffix(".txt"))


BAD_CORPORA = {
    "no file": (remove_all, "the folder is empty"),
    "no speakers": (remove_speaker_folders, "no <speaker>/**/*.<wav|flac|mp3|opus|...> under"),
    "no audio": (rename_to_text, "no <speaker>/**/*.<wav|flac|mp3|opus|...> under"),
    "one speaker": (leave_one_speaker, "the corpus has 1"),
    "silence": (silence, "no usable utterance for train, validation, test"),
    "no folder": (shutil.rmtree, "there is no such folder"),
}


@pytest.mark.parametrize(("spoil", "message"), BAD_CORPORA.values(), ids=BAD_CORPORA)
def test_a_corpus_that_cannot_be_split_is_refused(here, spoil, message):
    spoil(here / "a corpus")
    assert message in refusal(split)
    assert not (here / "data/speech").exists()
    assert not (here / "data/manifest.csv").exists()


@pytest.mark.parametrize("name", ["librispeech", "timit", "vctk", "tcd-timit"])
def test_a_corpus_of_another_layout_is_refused(here, name):
    (here / "params.yaml").write_text(PARAMS.replace("name: folder", f"name: {name}"))
    assert re.search(r"no .*<.* under a corpus", refusal(split))


@pytest.mark.parametrize(
    ("speakers", "message"), [("[ann, zoe]", "zoe"), ("20", "the corpus has 5")]
)
def test_speakers_that_the_corpus_does_not_have_are_refused(here, speakers, message):
    (here / "params.yaml").write_text(PARAMS.replace("train: 2", f"train: {speakers}"))
    assert message in refusal(split)


# A corpus that has to be synthesised


def test_a_synthesised_corpus_without_a_number_of_utterances_is_refused(here):
    (here / "params.yaml").write_text(PARAMS.replace("name: folder", "name: espeak"))
    before = tree(here)
    assert "params.yaml: corpus.utterances: None: give the number of sentences" in refusal(split)
    assert tree(here) == before


def test_without_the_synthesiser_the_message_has_the_command_that_installs_it(here, monkeypatch):
    python = here / "python without packages"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    text = PARAMS.replace("name: folder", "name: espeak").replace(
        "utterances: null", "utterances: 1"
    )
    (here / "params.yaml").write_text(text)
    before = tree(here)
    assert refusal(split) == (
        "error: the corpus espeak needs eSpeak NG, which is not installed: run: make espeak"
    )
    assert tree(here) == before


# Outputs of other stages that are missing, and speech that the libraries of the scores crash on


def test_a_report_without_scores_is_one_line(here):
    assert "data/scores/vae-m4/0/summary.json: No such file" in refusal(report)
    assert not (here / "data/report").exists()


@pytest.mark.slow
def test_speech_that_crashes_pesq_loses_its_own_scores_only(here):
    bursts = np.zeros(16_000 * 70)
    noise = np.random.default_rng(0).normal(scale=0.1, size=6_400)
    for start in range(0, len(bursts) - 16_000, 16_000):
        bursts[start : start + 6_400] = noise
    pairs = []
    for name in ("first", "bursts", "last"):
        original, estimate = Path(f"speech/{name}.wav"), Path(f"resynthesis/{name}.wav")
        for path in (original, estimate):
            speak(path, seed=1, seconds=3)
            if name == "bursts":
                soundfile.write(path, bursts, 16_000)
        pairs.append((original, estimate))
    rows = cell_scores.score_utterances(pairs, "a cell")
    assert rows["pesq"].isna().tolist() == [False, True, False]
    assert rows["remark"].tolist() == ["", "no scores: the process working on it died", ""]
