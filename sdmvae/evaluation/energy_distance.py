"""The energy distance of two sets of frames: how far apart the distributions are that they are of.

For independent X, X' of one distribution and Y, Y' of another, it is 2 E|X - Y| - E|X - X'| -
E|Y - Y'|, with Euclidean distances (Szekely and Rizzo 2013). It is 0 only if both distributions are
the same. Divided by 2 E|X - Y| it lies between 0 and 1, and no shift, no rotation and no scale of
both sets changes it. So values of several corpora compare.
"""

from collections.abc import Mapping

import numpy as np

FRAMES = 4000  # of each set, at most
BLOCK = 1000  # frames whose distances are in memory together, with all frames of the other set


def energy_distances(
    drawn: Mapping[str, np.ndarray], real: Mapping[str, np.ndarray]
) -> dict[str, dict[str, float]]:
    """Estimate the energy distances of sets of frames from other sets, divided by 2 E|X - Y|.

    The estimate of each mean is without bias, because no frame is compared with itself. So the
    distance of two sets of the same distribution varies about 0, and may be slightly below it.

    Args:
        drawn: The log-power of frames X, shape (N, bins), by the name of the set.
        real: The log-power of frames Y, shape (M, bins), by the name of the set.

    Returns:
        By the names of both sets a number from 0 to 1, up to errors of the estimate. It is NaN if
        a set has fewer than two frames, if a number is not finite, or if all frames are the same.
    """
    usable = {name: frames for name, frames in real.items() if _is_usable(frames)}
    # Near the centre, products of matrices keep the digits of small distances.
    centre = np.mean([frames.mean(axis=0) for frames in usable.values()], axis=0) if usable else 0
    x, y = (
        {name: np.asarray(frames - centre, np.float32) for name, frames in sets.items()}
        for sets in ({name: each for name, each in drawn.items() if _is_usable(each)}, usable)
    )
    x_within, y_within = (
        {name: mean_distance_within(frames) for name, frames in sets.items()} for sets in (x, y)
    )
    found = {
        (first, second): _share(mean_distance(x[first], y[second]), x_within[first] + own)
        for first in x
        for second, own in y_within.items()
    }
    return {
        first: {second: found.get((first, second), np.nan) for second in real} for first in drawn
    }


def _is_usable(frames: np.ndarray) -> bool:
    return len(frames) >= 2 and bool(np.isfinite(frames).all())


def _share(between: float, within: float) -> float:
    return 1 - within / (2 * between) if between else np.nan


def mean_distance(x: np.ndarray, y: np.ndarray) -> float:
    """Return the mean of |x_i - y_j| over all pairs.

    Args:
        x: Shape (N, bins).
        y: Shape (M, bins).
    """
    blocks = (x[start : start + BLOCK] for start in range(0, len(x), BLOCK))
    total = sum(_distances(block, y).sum(dtype=np.float64) for block in blocks)
    return float(total) / (len(x) * len(y))


def mean_distance_within(x: np.ndarray) -> float:
    """Return the mean of |x_i - x_j| over all pairs of different frames.

    Args:
        x: Shape (N, bins), with N of at least 2.
    """
    total = 0.0
    for start in range(0, len(x), BLOCK):
        block, others = x[start : start + BLOCK], x[start + BLOCK :]
        own = _distances(block, block)
        np.fill_diagonal(own, 0)
        total += float(own.sum(dtype=np.float64))
        total += 2 * float(_distances(block, others).sum(dtype=np.float64))
    return total / (len(x) * (len(x) - 1))


def _distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return |x_i - y_j|, shape (N, M)."""
    squares = x @ (-2 * y.T)
    squares += np.einsum("ij,ij->i", x, x)[:, None]
    squares += np.einsum("ij,ij->i", y, y)
    np.maximum(squares, 0, out=squares)
    return np.asarray(np.sqrt(squares, out=squares))
