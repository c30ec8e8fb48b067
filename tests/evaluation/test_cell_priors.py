"""Priors that are fitted to a cell, and the distances of frames that it draws."""

import numpy as np
import pytest
import torch

from sdmvae.evaluation import cell_priors, fitted_priors
from sdmvae.evaluation.drawn_frames import draw_log_power
from sdmvae.evaluation.log_power import read_log_power
from sdmvae.params import Stft
from sdmvae.runtime.seeds import seed_for
from tests.support import networks
from tests.support.distances import energy_distance
from tests.support.networks import one_thread
from tests.support.small_project import speak

__all__ = ["one_thread"]

HOW = Stft(window=64, hop=32, floor=1e-6, trim=30.0)
NAMES = ["ann/first.wav", "bob/second.wav"]


@pytest.fixture
def speech(tmp_path):
    """A folder with two utterances, which have fewer frames than would be taken."""
    for number, name in enumerate(NAMES):
        speak(tmp_path / name, seed=number, seconds=0.3)
    return tmp_path


def fit(autoencoder, training, speech, seed=5):
    return cell_priors.fit(autoencoder, training, NAMES, speech, HOW, seed=seed, cell="vae-m3")


def training_frames():
    return np.random.default_rng(0).normal(-5, 2, (300, 33)).astype(np.float32)


def test_drawn_frames_are_compared_with_those_of_both_sets(speech):
    autoencoder, training = networks.build(bins=33).eval(), training_frames()
    priors, distances = fit(autoencoder, training, speech)
    test = np.concatenate([read_log_power(speech / name, HOW) for name in NAMES])
    for name, prior in {"prior": None, "fitted": priors["mixture"]}.items():
        seed = seed_for(seed_for(5, "vae-m3", "drawn frames"), name)
        drawn = draw_log_power(autoencoder, prior, max(len(test), 300), HOW.floor, seed)
        for part, real in {"test": test, "training": training}.items():
            expected = energy_distance(drawn, real)
            assert distances[name][part] == pytest.approx(expected, abs=1e-5)


def test_the_priors_are_those_of_the_training_frames(speech):
    autoencoder, training = networks.build(bins=33).eval(), training_frames()
    priors, _ = fit(autoencoder, training, speech)
    expected = fitted_priors.fit(autoencoder, training, seed_for(5, "vae-m3", "prior"))
    assert priors.keys() == expected.keys() == {"gaussian", "mixture"}
    for name, prior in priors.items():
        for tensor, same in zip(prior.buffers(), expected[name].buffers(), strict=True):
            assert torch.equal(tensor, same)


def test_a_model_without_a_prior_of_its_own_draws_from_the_fitted_one_only(speech):
    autoencoder = networks.build("sdm", {"dictionary": "identity"}, bins=33).eval()
    _, distances = fit(autoencoder, training_frames(), speech)
    assert distances["prior"] == {"test": None, "training": None}
    assert all(0 < distance <= 1 for distance in distances["fitted"].values())
