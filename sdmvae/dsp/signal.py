"""Operations on signals: peak normalisation and trimming."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def normalise(samples: np.ndarray) -> tuple[np.ndarray, float]:
    """The samples divided by their peak magnitude, and that peak."""
    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0:
        raise ValueError("silent: every sample is zero")
    return samples / peak, peak


def trim(
    samples: np.ndarray, frame: int = 1024, hop: int = 256, decibels: float = 30.0
) -> np.ndarray:
    """The samples without what is quiet before and after the speech.

    Frame t has the energy ``E[t] = sum_i x[t hop + i - frame/2]^2``, i = 0 … frame - 1, with
    zeros beyond both ends of x. With a and b the first and the last frame for which
    ``E[t] >= 10^(-decibels/10) max E``, the samples from ``a hop`` up to, not including,
    ``(b + 1) hop`` are kept.
    """
    padded = np.pad(samples, frame // 2)
    frames = sliding_window_view(padded, frame)[::hop]
    energy = np.einsum("ti,ti->t", frames, frames)
    loud = np.flatnonzero(energy >= 10 ** (-decibels / 10) * energy.max())
    return samples[loud[0] * hop : (loud[-1] + 1) * hop]
