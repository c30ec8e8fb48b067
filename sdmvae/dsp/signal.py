"""Operations on signals: peak normalisation and trimming."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def normalise(samples: np.ndarray) -> tuple[np.ndarray, float]:
    """Divide samples by their peak magnitude.

    Args:
        samples: The samples, shape (n,).

    Returns:
        The normalised samples, shape (n,), and the peak.

    Raises:
        ValueError: Every sample is zero.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0:
        raise ValueError("silent: every sample is zero")
    return samples / peak, peak


def trim(
    samples: np.ndarray, frame: int = 1024, hop: int = 256, decibels: float = 30.0
) -> np.ndarray:
    """Cut off the quiet parts before and after speech; pauses inside stay.

    Frame t has the energy ``E[t] = sum_i x[t hop + i - frame/2]^2`` for i = 0 … frame - 1, with
    zeros beyond both ends of x. Let a and b be the first and the last frame with
    ``E[t] >= 10^(-decibels/10) max E``. The samples from ``a hop`` up to, but not including,
    ``(b + 1) hop`` are kept.

    Args:
        samples: The samples x, shape (n,).
        frame: The length of a frame, in samples.
        hop: The distance between frames, in samples.
        decibels: How far below the loudest frame a frame may be to count as speech.

    Returns:
        The kept samples, a view of the given ones.
    """
    padded = np.pad(samples, frame // 2)
    frames = sliding_window_view(padded, frame)[::hop]
    energy = np.einsum("ti,ti->t", frames, frames)
    loud = np.flatnonzero(energy >= 10 ** (-decibels / 10) * energy.max())
    return samples[loud[0] * hop : (loud[-1] + 1) * hop]
