"""Scores of resynthesised speech, and of how sparse its code is. Nothing here imports torch."""

import math
import warnings

import numpy as np
import pesq as p862
import pystoi
from pystoi.stoi import FS as STOI_RATE
from pystoi.utils import resample_oct

NAMES = ("pesq", "pesq_wb", "stoi", "estoi", "si_sdr")


def score_pair(
    reference: np.ndarray, estimate: np.ndarray, rate: int
) -> tuple[dict[str, float], list[str]]:
    """Every score of an estimate by its name in `NAMES`; NaN, and why, where one is not defined."""
    found = dict.fromkeys(NAMES, math.nan)
    remarks = []
    for names, score in (
        (("pesq", "pesq_wb"), lambda: pesq(reference, estimate, rate)),
        (("stoi", "estoi"), lambda: stoi(reference, estimate, rate)),
        (("si_sdr",), lambda: [si_sdr(reference, estimate)]),
    ):
        try:
            found |= zip(names, score(), strict=True)
        except ValueError as error:
            remarks.append(str(error))
    return found, remarks


def pesq(reference: np.ndarray, estimate: np.ndarray, rate: int) -> tuple[float, float]:
    """Raw narrow-band P.862 score in [-0.5, 4.5] and wide-band MOS-LQO (P.862.2).

    The raw score is the inverse of the narrow-band mapping v of P.862.1:
    (4.6607 - ln(4 / (v - 0.999) - 1)) / 1.4945. Signals have shape (n,) in [-1, 1], rate in Hz.

    Raises:
        ValueError: the score is not defined: silence, or less than a quarter of a second.
    """
    signals = [_int16(each) for each in (reference, estimate)]
    for name, signal in zip(("reference", "estimate"), signals, strict=True):
        if not signal.any():
            raise ValueError(f"PESQ: the {name} is silent")
    try:
        narrow, wide = (float(p862.pesq(rate, *signals, mode)) for mode in ("nb", "wb"))
    except p862.PesqError as error:
        raise ValueError(f"PESQ: {_said(error)}") from error
    except ValueError as error:
        raise ValueError(f"PESQ: {error}") from error
    return (4.6607 - math.log(4 / (narrow - 0.999) - 1)) / 1.4945, wide


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else type(error).__name__
    return said.decode() if isinstance(said, bytes) else str(said)


def _int16(samples: np.ndarray) -> np.ndarray:
    return (samples / max(1.0, np.abs(samples).max(initial=0.0)) * 32767).astype(np.int16)


def stoi(reference: np.ndarray, estimate: np.ndarray, rate: int) -> tuple[float, float]:
    """Short-time objective intelligibility (Taal et al. 2011), and extended (Jensen, Taal 2016).

    Raises:
        ValueError: there are fewer than 30 frames of speech, under about 0.4 s.
    """
    signals = [resample_oct(each, STOI_RATE, rate) for each in (reference, estimate)]
    # The extended score adds noise from NumPy's global generator; the same score needs its seed.
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            plain, extended = (
                float(pystoi.stoi(*signals, STOI_RATE, extended=each)) for each in (False, True)
            )
        except RuntimeWarning as warning:
            raise ValueError("STOI: fewer than 30 frames of speech") from warning
    return plain, extended


def si_sdr(reference: np.ndarray, estimate: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio, dB (Le Roux et al. 2019, Eq. 3).

    -inf for an estimate without a trace of the reference, a silent one too; inf for a scaled copy.

    Raises:
        ValueError: the reference is silent.
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


def hoyer(codes: np.ndarray) -> np.ndarray:
    """Hoyer sparsity of each row of `codes`, shape (T, D) -> (T,).

    (sqrt D - |c|_1 / |c|_2) / (sqrt D - 1), 1 for one non-zero, 0 for equal magnitudes
    (Hoyer 2004); NaN for a row of zeros, whose sparsity is not defined, and for D = 1.
    """
    dimensions = codes.shape[1]
    magnitudes = np.abs(codes.astype(np.float64))
    largest = magnitudes.max(axis=1, keepdims=True, initial=0.0)
    scaled = magnitudes / np.where(largest > 0, largest, 1)
    l2 = np.sqrt((scaled**2).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt(dimensions)
        return (root - scaled.sum(axis=1) / l2) / (root - 1) if dimensions > 1 else l2 * np.nan


def normalised(codes: np.ndarray) -> np.ndarray:
    """Codes over each dimension's standard deviation (Mathieu et al. 2019); 0 where that is 0."""
    deviation = np.where(np.ptp(codes, axis=0) > 0, codes.std(axis=0, dtype=np.float64), 0)
    return np.where(deviation > 0, codes / np.where(deviation > 0, deviation, 1), 0.0)


def coherence(dictionary: np.ndarray) -> float:
    """Mutual coherence, max over i != j of |<d_i, d_j>|, of unit-norm columns; in [0, 1]."""
    gram = np.abs(dictionary.astype(np.float64).T @ dictionary.astype(np.float64))
    np.fill_diagonal(gram, 0)
    return float(gram.max())


def active_dimensions(codes: np.ndarray) -> int:
    """Dimensions whose variance over the data exceeds 0.01 of the most varied one's.

    The rule of Burda et al. (2016), variance above 0.01, made independent of the code's scale,
    which a prior of learnable variances leaves open.
    """
    variance = np.where(np.ptp(codes, axis=0) > 0, codes.var(axis=0, dtype=np.float64), 0)
    return int((variance > 0.01 * variance.max(initial=0.0)).sum())
