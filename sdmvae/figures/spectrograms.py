"""Spectrograms in decibels, and matrices as small pictures with a palette of few colours."""

import io
from typing import NamedTuple

import numpy as np

from sdmvae.dsp import stft

NO_VALUE = (128, 128, 128)


class Scale(NamedTuple):
    """How numbers become colours: `steps` equal ones from `low` to `high`, ends included beyond.

    Attributes:
        colours: a colour map of Matplotlib's.
        low, high: the numbers at its two ends.
        steps: how many colours it is cut into.
    """

    colours: str
    low: float
    high: float
    steps: int


# Both maps hold for colour-blind readers; the first also grows evenly darker in grey.
LEVEL = Scale("magma_r", -70.0, 0.0, 28)
DIFFERENCE = Scale("RdBu_r", -30.0, 30.0, 25)


def power(samples: np.ndarray, *, window: int, hop: int) -> np.ndarray:
    """|X|^2 of samples (n,), shape (frames, window // 2 + 1), X being `sdmvae.stft.stft`'s."""
    return stft.power(stft.stft(samples, window=window, hop=hop))


def reduced(matrix: np.ndarray, *, rows: int, columns: int) -> np.ndarray:
    """Means of a matrix (T, F) over blocks of neighbours, at most (rows, columns) of them.

    Each block has ceil(T / rows) by ceil(F / columns) numbers, those at the far edges what is
    left; a matrix that is small enough is returned as it is.
    """
    for axis, most in enumerate((rows, columns)):
        size = matrix.shape[axis]
        starts = np.arange(0, size, -(-size // most))
        if len(starts) < size:
            counts = np.diff(np.append(starts, size))
            sums = np.add.reduceat(matrix, starts, axis=axis)
            matrix = sums / (counts[:, None] if axis == 0 else counts)
    return matrix


def decibels(power: np.ndarray, peak: float, *, least: float = LEVEL.low) -> np.ndarray:
    """10 log10(power / peak), at least `least` dB; any shape.

    `peak` is the largest power of the original, for all that is compared with it; where the
    original is silent, 0, powers are taken as they are.
    """
    relative = power / (peak or 1.0)
    return 10 * np.log10(np.maximum(relative, 10 ** (least / 10)))


def picture(matrix: np.ndarray, scale: Scale) -> bytes:
    """A PNG of a matrix (T, F): time runs right, the first of the F is at the bottom.

    A number a pixel; what is no number is grey. The same matrix gives the same bytes.
    """
    from PIL import Image

    share = (matrix - scale.low) / (scale.high - scale.low)
    known = ~np.isnan(share)
    index = np.where(known, np.clip(share, 0, 1), 0) * scale.steps
    index = np.where(known, np.minimum(index, scale.steps - 1), scale.steps).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(index.T[::-1]))
    image.putpalette([part for colour in [*palette(scale), NO_VALUE] for part in colour])
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=False, compress_level=5)
    return buffer.getvalue()


def palette(scale: Scale) -> list[tuple[int, int, int]]:
    """Red, green and blue, 0 to 255, of each step of a scale, lowest first."""
    from matplotlib import colormaps

    middles = (np.arange(scale.steps) + 0.5) / scale.steps
    # Resampled, for matplotlibrc may have cut the map into fewer colours.
    found = colormaps[scale.colours].resampled(256)(middles, bytes=True)
    return [tuple(map(int, each)) for each in found[:, :3]]
