"""Tests of the distances between spectra."""

import math

import numpy as np
import pytest
from scipy import signal

from sdmvae.dsp import stft
from sdmvae.evaluation.scores import spectra
from sdmvae.evaluation.scores.spectra import log_spectral_distance, mel_cepstral_distortion

RATE = 16_000
SCORES = [log_spectral_distance, mel_cepstral_distortion]


def noise(seconds=1.0, seed=0):
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


@pytest.mark.parametrize("score", SCORES)
def test_a_copy_has_no_distance_and_noise_adds_to_it(score):
    reference = noise()
    assert score(reference, reference, RATE) == 0
    values = [score(reference, reference + level * noise(seed=1), RATE) for level in (0.01, 0.1, 1)]
    assert 0 < values[0] < values[1] < values[2]


@pytest.mark.parametrize("decibels", [-12.0, 3.0])
def test_a_gain_is_its_own_log_spectral_distance_and_no_cepstral_distortion(decibels):
    reference = noise()
    estimate = reference * 10 ** (decibels / 20)
    distance = log_spectral_distance(reference, estimate, RATE)
    assert distance == pytest.approx(abs(decibels), abs=0.01)
    assert mel_cepstral_distortion(reference, estimate, RATE) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("order", [1, 2, 5])
def test_a_ripple_on_the_mel_scale_is_its_root_mean_square_in_decibels(order, monkeypatch):
    """Spectra that differ by A cos(pi d (b + 1/2) / N) dB in the bands differ by A / sqrt 2."""
    ripple = 6 * np.cos(np.pi * order * (np.arange(spectra.BANDS) + 0.5) / spectra.BANDS)
    monkeypatch.setattr(spectra, "mel_filters", lambda rate: np.eye(spectra.BANDS))
    log_powers = np.random.default_rng(0).standard_normal((7, spectra.BANDS))
    monkeypatch.setattr(
        spectra,
        "_log_powers",
        lambda *_: [log_powers, log_powers + ripple / spectra.DECIBELS + 0.4],
    )
    distortion = mel_cepstral_distortion(noise(), noise(), RATE)
    assert distortion == pytest.approx(6 / math.sqrt(2), rel=1e-9)


def test_the_cepstral_distortion_is_that_of_the_cosines_written_out():
    reference, estimate = noise(0.2), signal.lfilter([1, -0.9], [1], noise(0.2))
    powers = [
        stft.power(stft.stft(each, window=spectra.WINDOW, hop=spectra.HOP))
        for each in (reference, estimate)
    ]
    floor = powers[0].max() * 1e-8
    bands = [np.log(np.maximum(each, floor) @ spectra.mel_filters(RATE)) for each in powers]
    count = spectra.BANDS
    total = 0.0
    for first, second in zip(*bands, strict=True):
        squares = 0.0
        for d in range(1, 14):
            cosine = np.cos(np.pi * d * (np.arange(count) + 0.5) / count)
            squares += (((first - second) * cosine).sum() / count) ** 2
        total += 10 / math.log(10) * math.sqrt(2 * squares)
    expected = total / len(bands[0])
    assert expected > 3
    assert mel_cepstral_distortion(reference, estimate, RATE) == pytest.approx(expected, rel=1e-9)


def test_filters_cover_every_bin_between_the_first_and_the_last_centre():
    filters = spectra.mel_filters(RATE)
    assert filters.shape == (spectra.WINDOW // 2 + 1, spectra.BANDS)
    assert (filters.max(axis=0) > 0.4).all() and filters.max() <= 1
    inside = slice(int(filters[:, 0].argmax()) + 1, int(filters[:, -1].argmax()) + 1)
    np.testing.assert_allclose(filters[inside].sum(axis=1), 1, atol=1e-9)


def test_what_is_80_db_below_the_loudest_bin_does_not_count():
    reference = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    reference[RATE // 2 :] = 0
    faint = reference + 1e-7 * noise()
    assert log_spectral_distance(reference, faint, RATE) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("score", SCORES)
def test_a_silent_estimate_is_far_away_and_a_silent_reference_is_an_error(score):
    assert 1 < score(noise(), np.zeros(RATE), RATE) < 100
    with pytest.raises(ValueError, match="the reference is silent"):
        score(np.zeros(RATE), noise(), RATE)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("count", [1, 100, 600])
def test_short_signals_have_a_distance(score, count):
    reference, estimate = noise()[:count], noise(seed=1)[:count]
    assert math.isfinite(score(reference, estimate, RATE))
