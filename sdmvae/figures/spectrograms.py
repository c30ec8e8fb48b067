"""Spectrograms in decibels, and matrices as small pictures with few colours."""

import io
from typing import NamedTuple

import numpy as np

from sdmvae.dsp import stft

NOT_A_NUMBER = (128, 128, 128)  # the colour of NaN


class Scale(NamedTuple):
    """How numbers become colours: `low` to `high` is cut into `steps` equal steps.

    Numbers below `low` have the first colour, numbers above `high` the last.

    Attributes:
        colours: The name of a colour map of Matplotlib.
        low: The number where the first step begins.
        high: The number where the last step ends.
        steps: The number of steps, and of colours.
    """

    colours: str
    low: float
    high: float
    steps: int


# Colour-blind readers can read both maps. The first one also becomes evenly darker in grey.
LEVEL = Scale("magma_r", -70.0, 0.0, 28)
DIFFERENCE = Scale("RdBu_r", -30.0, 30.0, 25)


def compute_power(samples: np.ndarray, *, window: int, hop: int) -> np.ndarray:
    """Return the power spectrogram |X|^2 of samples (n,), shape (frames, window // 2 + 1).

    X is the short-time Fourier transform of `sdmvae.dsp.stft.stft`.

    Args:
        samples: The samples, shape (n,).
        window: The length of a frame in samples.
        hop: The step from one frame to the next in samples.
    """
    return stft.power(stft.stft(samples, window=window, hop=hop))


def average_blocks(matrix: np.ndarray, *, rows: int, columns: int) -> np.ndarray:
    """Return the means of a matrix over blocks of neighbouring numbers.

    Each block has ceil(T / rows) by ceil(F / columns) numbers; blocks at the far edges may have
    fewer. A matrix that is small enough is returned as it is.

    Args:
        matrix: The matrix, shape (T, F).
        rows: The largest number of rows of the result.
        columns: The largest number of columns of the result.
    """
    for axis, most in enumerate((rows, columns)):
        size = matrix.shape[axis]
        starts = np.arange(0, size, -(-size // most))
        if len(starts) < size:
            counts = np.diff(np.append(starts, size))
            sums = np.add.reduceat(matrix, starts, axis=axis)
            matrix = sums / (counts[:, None] if axis == 0 else counts)
    return matrix


def to_decibels(power: np.ndarray, peak: float, *, least: float = LEVEL.low) -> np.ndarray:
    """Return 10 log10(power / peak), at least `least`, in dB.

    Args:
        power: The power, any shape.
        peak: The largest power of the original, also for everything that is compared with it. If
            it is 0, since the original is silent, the power is not divided.
        least: The lowest level, in dB.
    """
    relative = power / (peak or 1.0)
    return np.asarray(10 * np.log10(np.maximum(relative, 10 ** (least / 10))))


def encode_picture(matrix: np.ndarray, scale: Scale) -> bytes:
    """Return a PNG of a matrix, one pixel per number; the same matrix gives the same bytes.

    Args:
        matrix: The matrix, shape (T, F). Time T runs to the right, and the first of the F numbers
            is at the bottom. NaN is grey.
        scale: How numbers become colours.
    """
    # Pillow is loaded only by processes that make pictures.
    from PIL import Image

    fraction = (matrix - scale.low) / (scale.high - scale.low)
    known = ~np.isnan(fraction)
    index = np.where(known, np.clip(fraction, 0, 1), 0) * scale.steps
    index = np.where(known, np.minimum(index, scale.steps - 1), scale.steps).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(index.T[::-1]))
    image.putpalette([part for colour in [*list_colours(scale), NOT_A_NUMBER] for part in colour])
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=False, compress_level=5)
    return buffer.getvalue()


def list_colours(scale: Scale) -> list[tuple[int, int, int]]:
    """Return red, green and blue, 0 to 255, of each step of a scale, lowest first."""
    # Matplotlib is loaded only by processes that make pictures.
    from matplotlib import colormaps

    middles = (np.arange(scale.steps) + 0.5) / scale.steps
    # A matplotlibrc can give the map fewer colours; 256 makes it the same everywhere.
    colours = colormaps[scale.colours].resampled(256)(middles, bytes=True)
    return [(int(red), int(green), int(blue)) for red, green, blue in colours[:, :3]]
