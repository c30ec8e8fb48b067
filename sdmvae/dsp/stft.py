"""Short-time Fourier transform of speech with a sine window, and its inverse.

Frame t, bin f of a signal x, centred and reflected at both ends:
``X[t, f] = sum_i w[i] x[t hop + i - N/2] exp(-2 pi j f i / N)``, ``w[i] = sin(pi (i + 1/2) / N)``,
without scaling, so f runs over N/2 + 1 bins and there are 1 + len(x) // hop frames. N is even,
hop at most N/2.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft


def sine_window(length: int) -> np.ndarray:
    """The sine window, shape (length,); its square overlap-adds to a constant at 75 %."""
    return np.sin(np.pi * (np.arange(length) + 0.5) / length)


def stft(samples: np.ndarray, *, window: int, hop: int) -> np.ndarray:
    """Spectrogram, complex, shape (frames, window // 2 + 1), of samples of shape (n,).

    Raises ValueError for an empty or not one-dimensional signal.
    """
    spectrogram = np.empty(_shape(samples, window, hop), np.complex128)
    for block, part in _transforms(samples, window, hop):
        spectrogram[block] = part
    return spectrogram


def log_power_frames(samples: np.ndarray, *, window: int, hop: int, floor: float) -> np.ndarray:
    """`log_power` of `stft`, the same bits, without a spectrogram in memory. Raises as that."""
    frames = np.empty(_shape(samples, window, hop), np.float32)
    for block, part in _transforms(samples, window, hop):
        frames[block] = log_power(part, floor=floor)
    return frames


def _shape(samples: np.ndarray, window: int, hop: int) -> tuple[int, int]:
    if samples.ndim != 1 or samples.size == 0:
        raise ValueError(f"a signal has one dimension and a sample at least, not {samples.shape}")
    return 1 + samples.size // hop, window // 2 + 1


def _transforms(samples: np.ndarray, window: int, hop: int) -> Iterator[tuple[slice, np.ndarray]]:
    padded = np.pad(samples, window // 2, mode="reflect" if samples.size > 1 else "edge")
    frames = sliding_window_view(padded, window)[::hop][: 1 + samples.size // hop]
    weights = sine_window(window)
    for block in _blocks(len(frames)):
        yield block, fft.rfft(frames[block] * weights, axis=1)


def istft(spectrogram: np.ndarray, *, window: int, hop: int, length: int) -> np.ndarray:
    """Least-squares inverse of `stft`, shape (length,) (Griffin and Lim 1984, Eq. 6).

    Raises ValueError where the spectrogram is not that of `length` samples.
    """
    expected = (1 + length // hop, window // 2 + 1)
    if spectrogram.shape != expected:
        raise ValueError(
            f"{length} samples have a spectrogram of {expected}, not {spectrogram.shape}"
        )
    weights = sine_window(window)
    total = (len(spectrogram) - 1) * hop + window
    signal, energy = np.zeros(total), np.zeros(total)
    for block in _blocks(len(spectrogram)):
        frames = fft.irfft(spectrogram[block], n=window, axis=1) * weights
        for index, frame in enumerate(frames, block.start):
            here = slice(index * hop, index * hop + window)
            signal[here] += frame
            energy[here] += weights**2
    inside = slice(window // 2, window // 2 + length)
    return signal[inside] / energy[inside]


def _blocks(frames: int) -> Iterator[slice]:
    """Few frames at a time: arrays of all would be new memory each time, most of the work."""
    return (slice(start, start + 64) for start in range(0, frames, 64))


def log_power(spectrogram: np.ndarray, *, floor: float) -> np.ndarray:
    """log s, s = max(|X|^2, floor), float32, shape as the spectrogram's.

    Digital silence would send Itakura-Saito to minus infinity.
    """
    power = spectrogram.real**2
    power += spectrogram.imag**2
    return np.log(np.maximum(power, floor, out=power).astype(np.float32))
