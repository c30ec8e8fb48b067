"""Scores of resynthesised speech beside the original, one per utterance."""

import math
import warnings
from functools import lru_cache

import numpy as np
import pesq as p862
import pystoi
from pystoi.stoi import FS as STOI_RATE
from pystoi.utils import resample_oct

from sdmvae.evaluation.scores.base import UtteranceScore


def pesq(reference: np.ndarray, estimate: np.ndarray, rate: int) -> float:
    """Return the raw narrow-band score of ITU-T P.862, in [-0.5, 4.5].

    It is the inverse of the mapping of P.862.1, which gives the narrow-band MOS-LQO v:
    (4.6607 - ln(4 / (v - 0.999) - 1)) / 1.4945.

    Args:
        reference: The original, shape (n,). If a sample of either signal is beyond ±1, both are
            divided by the largest one.
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz.

    Raises:
        ValueError: The score is undefined, because a signal is silent or shorter than 0.25 s.
    """
    narrow = _mos_lqo(reference, estimate, rate, "nb")
    return (4.6607 - math.log(4 / (narrow - 0.999) - 1)) / 1.4945


def pesq_wb(reference: np.ndarray, estimate: np.ndarray, rate: int) -> float:
    """Return the wide-band MOS-LQO of ITU-T P.862.2, in [1, 4.65].

    Args:
        reference: The original, shape (n,). If a sample of either signal is beyond ±1, both are
            divided by the largest one.
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz.

    Raises:
        ValueError: The score is undefined, because a signal is silent or shorter than 0.25 s.
    """
    return _mos_lqo(reference, estimate, rate, "wb")


def stoi(reference: np.ndarray, estimate: np.ndarray, rate: int) -> float:
    """Return the short-time objective intelligibility (Taal et al. 2011).

    Args:
        reference: The original, shape (n,).
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz.

    Raises:
        ValueError: The reference has fewer than 30 frames of speech, which is about 0.4 s.
    """
    return _intelligibility(reference, estimate, rate, extended=False)


def estoi(reference: np.ndarray, estimate: np.ndarray, rate: int) -> float:
    """Return the extended short-time objective intelligibility (Jensen and Taal 2016).

    Args:
        reference: The original, shape (n,).
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz.

    Raises:
        ValueError: The reference has fewer than 30 frames of speech, which is about 0.4 s.
    """
    return _intelligibility(reference, estimate, rate, extended=True)


def si_sdr(reference: np.ndarray, estimate: np.ndarray, rate: int) -> float:
    """Return the scale-invariant signal-to-distortion ratio in dB (Le Roux et al. 2019, Eq. 3).

    It is inf for a scaled copy of the reference. It is -inf for an estimate that is silent or
    orthogonal to the reference.

    Args:
        reference: The original, shape (n,).
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz, on which the ratio does not depend.

    Raises:
        ValueError: The reference is silent.
    """
    energy = float(reference @ reference)
    if energy == 0:
        raise ValueError("SI-SDR: the reference is silent")
    target = (estimate @ reference) / energy * reference
    residual = estimate - target
    signal, noise = float(target @ target), float(residual @ residual)
    if signal == 0:
        return -math.inf
    return math.inf if noise == 0 else 10 * math.log10(signal / noise)


def _mos_lqo(reference: np.ndarray, estimate: np.ndarray, rate: int, mode: str) -> float:
    """Return the PESQ of signals in the mode "nb" or "wb", as a mean opinion score."""
    # One peak for both, so that they keep their levels: PESQ aligns levels only roughly.
    peak = max(1.0, *(np.abs(signal).max(initial=0.0) for signal in (reference, estimate)))
    signals = {
        name: (signal * (1 / peak) * 32767).astype(np.int16)
        for name, signal in (("reference", reference), ("estimate", estimate))
    }
    for name, signal in signals.items():
        if not signal.any():
            raise ValueError(f"PESQ: the {name} is silent")
    try:
        return float(p862.pesq(rate, *signals.values(), mode))
    except p862.PesqError as error:
        raise ValueError(f"PESQ: {_message(error)}") from error
    except ValueError as error:
        raise ValueError(f"PESQ: {error}") from error


def _message(error: Exception) -> str:
    message = error.args[0] if error.args else type(error).__name__
    return message.decode() if isinstance(message, bytes) else str(message)


def _intelligibility(
    reference: np.ndarray, estimate: np.ndarray, rate: int, *, extended: bool
) -> float:
    signals = [_resample(signal.tobytes(), signal.dtype, rate) for signal in (reference, estimate)]
    # pystoi adds noise from NumPy's global generator, and the score must not depend on its state.
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return float(pystoi.stoi(*signals, STOI_RATE, extended=extended))
        except RuntimeWarning as warning:
            raise ValueError("STOI: fewer than 30 frames of speech") from warning


# STOI and extended STOI share the resampled signals: resampling takes an eighth of their time.
@lru_cache(maxsize=2)
def _resample(samples: bytes, dtype: np.dtype[np.floating], rate: int) -> np.ndarray:
    resampled = np.asarray(resample_oct(np.frombuffer(samples, dtype), STOI_RATE, rate))
    resampled.setflags(write=False)  # a cached array must not change
    return resampled


SCORES = (
    UtteranceScore(
        name="pesq",
        label="PESQ",
        description="The raw score of ITU-T P.862 rates speech quality from −0.5 to 4.5.",
        better="higher",
        in_table=True,
        published="pesq",
        compute=pesq,
    ),
    UtteranceScore(
        name="pesq_wb",
        label="PESQ wide-band",
        description="The wide-band score of ITU-T P.862.2 rates speech quality from 1 to 4.65.",
        better="higher",
        compute=pesq_wb,
    ),
    UtteranceScore(
        name="stoi",
        label="STOI",
        description="Short-time objective intelligibility predicts from 0 to 1 how well listeners "
        "understand the speech.",
        better="higher",
        in_table=True,
        published="stoi",
        compute=stoi,
    ),
    UtteranceScore(
        name="estoi",
        label="ESTOI",
        description="Extended STOI predicts intelligibility from 0 to 1 and is stricter with "
        "speech that has lost its modulation.",
        better="higher",
        in_table=True,
        compute=estoi,
    ),
    UtteranceScore(
        name="si_sdr",
        label="SI-SDR",
        description="The scale-invariant signal-to-distortion ratio compares the two waveforms.",
        unit="dB",
        better="higher",
        compute=si_sdr,
    ),
)
