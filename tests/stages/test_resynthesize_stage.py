"""The stage that resynthesises test speech, utterance by utterance in several processes."""

import os
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from sdmvae import autoencoder, params
from sdmvae.dataset import frames
from sdmvae.dsp import audio_file
from sdmvae.evaluation import fitted_priors
from sdmvae.evaluation.resynthesis import Settings, resynthesise
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import saved
from stages import resynthesize
from tests.support.networks import one_thread
from tests.support.small_project import speak
from tests.support.stage_runs import PARAMS, refusal, tree

__all__ = ["one_thread"]

NAMES = [f"ann/{number}.wav" for number in range(5)]
LEARNED = (
    "  sdm-learned:\n    model: sdm\n    dictionary: random\n    atoms: 7\n    learned: true\n"
)
really = resynthesize.resynthesise


def resynthesise_or_die(name, **arguments):
    """End the process at one utterance, as a lack of memory does."""
    if name == NAMES[2]:
        os._exit(1)
    return really(name, **arguments)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Test speech, training frames, and a network whose weights are those of the start."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS + LEARNED)
    for number, name in enumerate(NAMES):
        speak(resynthesize.TEST_SPEECH / name, seed=number, seconds=0.4)
    rows = [("ann", name[4], "test", 0.4, name) for name in NAMES]
    columns = ["speaker", "utterance", "split", "seconds", "path"]
    pd.DataFrame(rows, columns=columns).to_csv("data/manifest.csv", index=False)
    settings = params.read()
    bins = settings.stft.window // 2 + 1
    (tmp_path / "data/frames").mkdir()
    noise = np.random.default_rng(0).normal(-5, 2, (300, bins)).astype(np.float32)
    frames.write(tmp_path / "data/frames/train.npy", [noise], bins)
    for training in settings.trainings:
        folder = tmp_path / "data/models" / training.folder
        folder.mkdir(parents=True)
        configuration = settings.configuration(training.cell, bins=bins)
        network = autoencoder.build(configuration, torch.Generator().manual_seed(1))
        saved.save(folder, configuration, network.state_dict())
    return tmp_path


def run(monkeypatch, name):
    monkeypatch.setattr(sys, "argv", ["resynthesize", name])
    resynthesize.main()


@pytest.mark.parametrize("cell", ["vae-m4", "sdm-learned-m4"])
def test_every_utterance_is_that_of_the_network_and_of_the_fitted_priors(
    project, monkeypatch, capsys, cell
):
    run(monkeypatch, f"{cell}-0")
    assert f"resynthesize {cell}-0: 5 utterances, " in capsys.readouterr().out
    settings, folder = params.read(), project / "data/resynthesis" / cell / "0"
    network = saved.load(project / "data/models" / cell / "0")
    priors = fitted_priors.load(project / "data/priors" / cell / "0")
    bounds = pd.read_csv(folder / "bounds.csv")
    assert bounds["path"].tolist() == NAMES
    codes = []
    for name, likelihood in zip(NAMES, bounds["likelihood"], strict=True):
        samples, peak = audio_file.read_normalised(resynthesize.TEST_SPEECH / name)
        how, seed = Settings.from_params(settings), seed_for(0, cell, "resynthesis", name)
        estimate, analysis = resynthesise(network, samples, how, seed, priors)
        written = audio_file.read(folder / "speech" / name).samples
        assert np.abs(written - np.clip(estimate * peak, -1, 1)).max() <= 2**-15
        assert likelihood == pytest.approx(analysis.bounds["likelihood"].mean(), rel=1e-6)
        codes.append(analysis.codes)
    # The stage computed them in other processes, in which NumPy may use other instructions.
    np.testing.assert_allclose(np.load(folder / "codes.npy"), np.concatenate(codes), 1e-4, 1e-5)
    assert (folder / "dictionary.npy").exists() == (cell == "sdm-learned-m4")
    if cell == "sdm-learned-m4":
        dictionary = network.model.dictionary.detach()
        np.testing.assert_array_equal(np.load(folder / "dictionary.npy"), dictionary)


def test_an_utterance_that_ends_its_process_is_named(project, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["resynthesize", "vae-m4-0"])
    monkeypatch.setattr(resynthesize, "resynthesise", resynthesise_or_die)
    before = tree(project)
    message = refusal(resynthesize)
    assert message == "error: data/speech/test/ann/2.wav: the process working on it died"
    assert {path for path in tree(project) - before if not path.endswith("vae-m4")} == {
        "data/priors",
        "data/resynthesis",
    }


def test_an_utterance_that_cannot_be_read_is_named(project, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["resynthesize", "vae-m4-0"])
    (resynthesize.TEST_SPEECH / NAMES[3]).write_text("no audio")
    assert refusal(resynthesize).startswith("error: data/speech/test/ann/3.wav: ")
