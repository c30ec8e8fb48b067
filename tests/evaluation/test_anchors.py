"""Tests of the ceiling and the floor of the scores of speech."""

import numpy as np
import pytest
from scipy import optimize
from scipy.spatial.distance import cdist, pdist

from sdmvae.dsp import audio_file
from sdmvae.evaluation import anchors
from sdmvae.evaluation.scores.spectra import log_spectral_distance
from sdmvae.params import Stft
from tests.support.distances import energy_distance

HOW = Stft(window=64, hop=16, floor=1e-6, trim=30.0)
NAMES = ["ann/first.flac", "bob/second.flac"]


@pytest.fixture
def speech(tmp_path):
    for number, name in enumerate(NAMES):
        path = tmp_path / "speech" / name
        path.parent.mkdir(parents=True)
        samples = np.random.default_rng(number).uniform(-0.4, 0.4, 2000 + 100 * number)
        audio_file.write(path, samples, format="FLAC", subtype="PCM_16")
    return tmp_path / "speech"


def test_the_mean_power_is_the_most_likely_constant_spectrum(monkeypatch):
    monkeypatch.setattr(anchors, "BLOCK", 7)
    log_power = np.random.default_rng(0).standard_normal((50, 3)).astype(np.float32)
    mean = anchors.mean_power(log_power)
    np.testing.assert_allclose(mean, np.exp(log_power.astype(float)).mean(axis=0), rtol=1e-12)

    def loss(log_y, power):
        return (power / np.exp(log_y) + log_y).sum()

    for index, power in enumerate(np.exp(log_power.astype(float)).T):
        best = optimize.minimize_scalar(loss, bounds=(-9, 9), args=(power,), method="bounded")
        assert mean[index] == pytest.approx(np.exp(best.x), rel=1e-4)


def test_the_ceiling_is_the_speech_itself_and_the_floor_is_far_from_it(tmp_path, speech):
    mean = np.full(33, 0.5)
    distances = {}
    for name in anchors.ANCHORS:
        folder = tmp_path / name
        anchors.write_anchor(name, mean, NAMES, speech, folder, HOW)
        distances[name] = [
            log_spectral_distance(
                audio_file.read(speech / utterance).samples,
                audio_file.read((folder / utterance).with_suffix(".wav")).samples,
                audio_file.SAMPLE_RATE,
            )
            for utterance in NAMES
        ]
    assert max(distances[anchors.CEILING]) < 0.1
    assert min(distances[anchors.FLOOR]) > 3


def test_the_energy_distance_of_the_ceiling_is_that_of_training_frames(monkeypatch):
    monkeypatch.setattr(anchors.energy_distance, "FRAMES", 50)
    random = np.random.default_rng(0)
    train, real = random.standard_normal((300, 8)), 0.5 + random.standard_normal((60, 8))
    mean = np.exp(train).mean(axis=0)
    found = anchors.energy_distances(train, mean, real)
    assert list(found) == list(anchors.ANCHORS)
    chosen = train[np.linspace(0, 299, 50).round().astype(int)]
    assert found[anchors.CEILING] == pytest.approx(energy_distance(chosen, real), abs=1e-6)
    between = cdist([np.log(mean)], real).mean()
    within = pdist(real).mean()
    assert found[anchors.FLOOR] == pytest.approx(1 - within / (2 * between), abs=1e-5)
    assert 0 < found[anchors.CEILING] < found[anchors.FLOOR]


def test_a_single_test_frame_has_no_energy_distance():
    train = np.zeros((9, 3))
    assert set(anchors.energy_distances(train, np.ones(3), train[:1]).values()) == {None}


def test_every_anchor_says_that_it_is_no_cell():
    assert list(anchors.ANCHORS) == [anchors.CEILING, anchors.FLOOR]
    assert all("no cell" in description for description in anchors.ANCHORS.values())
