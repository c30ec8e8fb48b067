"""Short-time Fourier transform of speech with a sine window, and its inverse.

For a signal x, frame t and bin f, with the signal reflected at both ends:
``X[t, f] = sum_i w[i] x[t hop + i - N/2] exp(-2 pi j f i / N)`` with the window
``w[i] = sin(pi (i + 1/2) / N)`` of length N. There is no scaling. The bins are f = 0 … N/2, and
there are 1 + len(x) // hop frames. N is even, and the hop is at most N/2.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft


def sine_window(length: int) -> np.ndarray:
    """Return the sine window, shape (length,).

    With an overlap of 75 %, the squared windows add up to a constant.
    """
    return np.sin(np.pi * (np.arange(length) + 0.5) / length)


def stft(samples: np.ndarray, *, window: int, hop: int) -> np.ndarray:
    """Return the complex spectrogram of a signal.

    Args:
        samples: The signal, shape (n,).
        window: The length of the window, in samples.
        hop: The distance between frames, in samples.

    Returns:
        The spectrogram, complex128, shape (frames, window // 2 + 1).

    Raises:
        ValueError: The signal is empty, or has more or less than one dimension.
    """
    spectrogram = np.empty(_shape(samples, window, hop), np.complex128)
    for block, part in _transforms(samples, window, hop):
        spectrogram[block] = part
    return spectrogram


def istft(spectrogram: np.ndarray, *, window: int, hop: int, length: int) -> np.ndarray:
    """Return the signal whose transform is closest to a spectrogram (Griffin and Lim 1984, Eq. 6).

    Args:
        spectrogram: A complex spectrogram, shape (frames, window // 2 + 1). It need not be the
            transform of any signal.
        window: The length of the window, in samples.
        hop: The distance between frames, in samples.
        length: The length of the signal, in samples.

    Returns:
        The signal, shape (length,), optimal in the sense of least squares.

    Raises:
        ValueError: A signal of this length has a spectrogram of another shape.
    """
    expected = (1 + length // hop, window // 2 + 1)
    if spectrogram.shape != expected:
        raise ValueError(
            f"{length} samples have a spectrogram of {expected}, not {spectrogram.shape}"
        )
    weights = sine_window(window)
    total = (len(spectrogram) - 1) * hop + window
    signal, energy = np.zeros(total), np.zeros(total)
    for block in blocks(len(spectrogram)):
        frames = fft.irfft(spectrogram[block], n=window, axis=1) * weights
        for index, frame in enumerate(frames, block.start):
            here = slice(index * hop, index * hop + window)
            signal[here] += frame
            energy[here] += weights**2
    inside = slice(window // 2, window // 2 + length)
    return signal[inside] / energy[inside]


def power(spectrogram: np.ndarray) -> np.ndarray:
    """Return the power |X|^2 of a complex spectrogram X of any shape, as real numbers."""
    squares = spectrogram.real**2
    squares += spectrogram.imag**2
    return squares


def log_power(spectrogram: np.ndarray, *, floor: float) -> np.ndarray:
    """Return the logarithm of the power, log(max(|X|^2, floor)).

    Args:
        spectrogram: A complex spectrogram X of any shape.
        floor: The least power. Without it, the Itakura-Saito divergence of digital silence would
            be infinite.

    Returns:
        The log power, float32, in the shape of the spectrogram.
    """
    squares = power(spectrogram)
    logarithm: np.ndarray = np.log(np.maximum(squares, floor, out=squares).astype(np.float32))
    return logarithm


def log_power_frames(samples: np.ndarray, *, window: int, hop: int, floor: float) -> np.ndarray:
    """Return `log_power` of `stft`, bit for bit, without a complex spectrogram in memory.

    Args:
        samples: The signal, shape (n,).
        window: The length of the window, in samples.
        hop: The distance between frames, in samples.
        floor: The least power.

    Returns:
        The log power, float32, shape (frames, window // 2 + 1).

    Raises:
        ValueError: The signal is empty, or has more or less than one dimension.
    """
    frames = np.empty(_shape(samples, window, hop), np.float32)
    for block, part in _transforms(samples, window, hop):
        frames[block] = log_power(part, floor=floor)
    return frames


def log_power_of_pieces(pieces: np.ndarray, *, floor: float) -> np.ndarray:
    """Return the frames of `log_power_frames`, bit for bit, of pieces that were cut before.

    Args:
        pieces: The samples below the window of each frame, shape (frames, window), float64.
        floor: The least power.

    Returns:
        The log power, float32, shape (frames, window // 2 + 1).
    """
    weights = sine_window(pieces.shape[1])
    return log_power(fft.rfft(pieces * weights, axis=1), floor=floor)


def pad(samples: np.ndarray, window: int) -> np.ndarray:
    """Return a signal of shape (n,) with half a window of its reflection at both ends."""
    return np.pad(samples, window // 2, mode="reflect" if samples.size > 1 else "edge")


def blocks(frames: int) -> Iterator[slice]:
    """Yield the slices in which so many frames are transformed.

    The system would provide the memory for larger arrays anew each time, page by page, which took
    longer than the transform. Arrays of 32 frames fit into memory that was just freed.
    """
    return (slice(start, start + 32) for start in range(0, frames, 32))


def _shape(samples: np.ndarray, window: int, hop: int) -> tuple[int, int]:
    if samples.ndim != 1 or samples.size == 0:
        raise ValueError(
            f"a signal has one dimension and at least one sample, but the shape is {samples.shape}"
        )
    return 1 + samples.size // hop, window // 2 + 1


def _transforms(samples: np.ndarray, window: int, hop: int) -> Iterator[tuple[slice, np.ndarray]]:
    frames = sliding_window_view(pad(samples, window), window)[::hop][: 1 + samples.size // hop]
    weights = sine_window(window)
    for block in blocks(len(frames)):
        yield block, fft.rfft(frames[block] * weights, axis=1)
