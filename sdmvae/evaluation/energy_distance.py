"""The energy distance of two sets of frames: how far apart the distributions are that they are of.

For independent X, X' of one distribution and Y, Y' of another, it is 2 E|X - Y| - E|X - X'| -
E|Y - Y'|, with Euclidean distances (Szekely and Rizzo 2013). It is 0 only if both distributions are
the same. Divided by 2 E|X - Y| it lies between 0 and 1, and no shift, no rotation and no scale of
both sets changes it. So values of several corpora compare.
"""

import numpy as np

FRAMES = 4000  # of each set, at most
BLOCK = 1000  # frames whose distances are in memory together, with all frames of the other set


def energy_distance(frames: np.ndarray, real: np.ndarray) -> float:
    """Estimate the energy distance of two sets of frames, divided by 2 E|X - Y|.

    The estimate of each mean is without bias, because no frame is compared with itself. So the
    distance of two sets of the same distribution varies about 0, and may be slightly below it.

    Args:
        frames: The log-power of frames X, shape (N, bins).
        real: The log-power of frames Y, shape (M, bins).

    Returns:
        A number from 0 to 1, up to errors of the estimate. It is NaN if a set has fewer than two
        frames, if a number is not finite, or if all frames are the same.
    """
    if min(len(frames), len(real)) < 2 or not np.isfinite(frames).all():
        return np.nan
    # Near the centre, products of matrices keep the digits of small distances.
    centre = real.mean(axis=0)
    x, y = (np.asarray(each - centre, np.float32) for each in (frames, real))
    between = mean_distance(x, y)
    if between == 0:
        return np.nan
    return 1 - (mean_distance_within(x) + mean_distance_within(y)) / (2 * between)


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
