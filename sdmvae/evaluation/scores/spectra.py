"""Distances between the spectra of resynthesised speech and of the original, one per utterance."""

import numpy as np
from scipy import fft

from sdmvae.dsp import stft
from sdmvae.evaluation.scores.base import UtteranceScore

WINDOW, HOP = 512, 128  # 32 ms and 8 ms at 16 kHz, whatever window the features have
RANGE = 80.0  # dB below the loudest bin of the reference; weaker bins are raised to this level
BANDS, LAST_COEFFICIENT = 40, 13
DECIBELS = 10 / np.log(10)  # of one nat of power


def log_spectral_distance(reference: np.ndarray, estimate: np.ndarray, rate: int) -> float:
    """Return the log-spectral distance in dB (Gray and Markel 1976).

    It is the root of the mean over bins of the squared difference of the log-powers of a frame,
    averaged over frames.

    Args:
        reference: The original, shape (n,).
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz.

    Raises:
        ValueError: The reference is silent.
    """
    original, resynthesis = _log_powers(reference, estimate)
    difference = DECIBELS * (original - resynthesis)
    return float(np.sqrt((difference**2).mean(axis=1)).mean())


def mel_cepstral_distortion(reference: np.ndarray, estimate: np.ndarray, rate: int) -> float:
    """Return the mel-cepstral distortion in dB (Kubichek 1993).

    It is 10 / ln 10 sqrt(2 sum_{d=1}^{13} (c_d - c'_d)^2), averaged over frames, with the cepstrum
    c_d = 1/N sum_b ln P_b cos(pi d (b + 1/2) / N) of the powers P_b of N = 40 mel bands. So it is
    the root-mean-square difference in dB of two smooth spectra on the mel scale, without their
    level. Both signals are aligned already, so there is no time warping.

    Args:
        reference: The original, shape (n,).
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz.

    Raises:
        ValueError: The reference is silent.
    """
    original, resynthesis = (
        _cepstra(log_power, rate) for log_power in _log_powers(reference, estimate)
    )
    squares = ((original - resynthesis) ** 2).sum(axis=1)
    return float(DECIBELS * np.sqrt(2 * squares).mean())


def mel_filters(rate: int) -> np.ndarray:
    """Return triangular filters whose centres are evenly spaced in mel, 2595 log10(1 + f / 700).

    Args:
        rate: The sample rate in Hz.

    Returns:
        Shape (bins, bands). The peak of each filter is 1.
    """
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, BANDS + 2) / 2595) - 1)
    bins = np.arange(WINDOW // 2 + 1)[:, None] * rate / WINDOW
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


def _log_powers(reference: np.ndarray, estimate: np.ndarray) -> list[np.ndarray]:
    """Return ln max(|X|^2, floor) of both signals, shape (T, bins) each."""
    powers = [
        stft.power(stft.stft(signal, window=WINDOW, hop=HOP)) for signal in (reference, estimate)
    ]
    floor = powers[0].max() * 10 ** (-RANGE / 10)
    if floor == 0:
        raise ValueError("spectral distance: the reference is silent")
    return [np.log(np.maximum(power, floor)) for power in powers]


def _cepstra(log_power: np.ndarray, rate: int) -> np.ndarray:
    """Return c_1 … c_13 of each frame, shape (T, 13)."""
    bands = np.log(np.exp(log_power) @ mel_filters(rate))
    return np.asarray(fft.dct(bands, axis=1)[:, 1 : LAST_COEFFICIENT + 1] / (2 * BANDS))


SCORES = (
    UtteranceScore(
        name="log_spectral_distance",
        label="LSD",
        description="The log-spectral distance compares the power of both spectra, bin by bin.",
        unit="dB",
        better="lower",
        compute=log_spectral_distance,
    ),
    UtteranceScore(
        name="mel_cepstral_distortion",
        label="MCD",
        description="The mel-cepstral distortion compares both spectral envelopes on the mel "
        "scale, without their level.",
        unit="dB",
        better="lower",
        compute=mel_cepstral_distortion,
    ),
)
