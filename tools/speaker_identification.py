"""Identification of speakers by the nearest centroid of their other recordings."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.fft import dct

from sdmvae.dsp import audio_file
from tools.voice_signal import SILENCE

WINDOW, HOP = 512, 160  # samples
BANDS, COEFFICIENTS = 40, 20
LOWEST, HIGHEST = 60.0, 400.0  # Hz, of the fundamental frequency


def speaker_features(path: Path) -> np.ndarray:
    """Return what is typical of the speaker of a recording, whatever is said.

    Returns:
        Mean and standard deviation over the frames with speech of 19 mel-frequency cepstral
        coefficients (without the first one, which is the level), and of the logarithm of the
        fundamental frequency; shape (40,).
    """
    samples = audio_file.read(path).samples
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW))) ** 2
    energy = power.sum(axis=1)
    is_speech = energy > 10 ** (SILENCE / 10) * energy.max()
    bands = np.log(power[is_speech] @ _mel_filters().T + 1e-10)
    cepstrum = dct(bands, norm="ortho")[:, 1:COEFFICIENTS]
    pitch = _log_pitch(frames[is_speech])
    pitch_statistics = [pitch.mean(), pitch.std()] if pitch.size else [0.0, 0.0]
    return np.concatenate([cepstrum.mean(axis=0), cepstrum.std(axis=0), pitch_statistics])


def identify(features: np.ndarray, speakers: Sequence[str]) -> list[str]:
    """Return the speaker whose centroid is nearest to each recording.

    A recording does not count in the centroid of its own speaker. Features are divided by their
    mean standard deviation within speakers.

    Args:
        features: The features of each recording, shape (recordings, features).
        speakers: The speaker of each recording.
    """
    names = sorted(set(speakers))
    membership = np.array([[speaker == name for name in names] for speaker in speakers], float)
    counts = membership.sum(axis=0)[:, np.newaxis]
    sums = membership.T @ features
    within = features - membership @ (sums / counts)
    scale = np.sqrt(np.square(within).mean(axis=0))
    guesses = []
    for row, own in zip(features, membership, strict=True):
        own = own[:, np.newaxis]
        centroids = (sums - own * row) / (counts - own)
        distances = np.square((centroids - row) / scale).sum(axis=1)
        guesses.append(names[int(distances.argmin())])
    return guesses


def _log_pitch(frames: np.ndarray) -> np.ndarray:
    """Return the log fundamental frequency of each frame whose autocorrelation has a clear peak."""
    spectrum = np.abs(np.fft.rfft(frames, 2 * WINDOW)) ** 2
    correlation = np.fft.irfft(spectrum)
    rate = audio_file.SAMPLE_RATE
    shortest, longest = int(rate / HIGHEST), int(rate / LOWEST)
    lags = correlation[:, shortest:longest]
    is_voiced = lags.max(axis=1) > 0.4 * correlation[:, 0]
    pitch: np.ndarray = np.log(rate / (shortest + lags[is_voiced].argmax(axis=1)))
    return pitch


def _mel_filters() -> np.ndarray:
    """Return triangular filters at equal distances on the mel scale, shape (bands, bins)."""
    rate = audio_file.SAMPLE_RATE
    highest = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, highest, BANDS + 2) / 2595) - 1)
    bins = np.arange(WINDOW // 2 + 1) * rate / WINDOW
    low, centre, high = edges[:-2, np.newaxis], edges[1:-1, np.newaxis], edges[2:, np.newaxis]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    filters: np.ndarray = np.maximum(0, np.minimum(rising, falling))
    return filters
