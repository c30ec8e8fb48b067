"""How sparse codes are: Hoyer sparsity, that of a Gaussian code, and codes on one scale."""

import math

import numpy as np


def hoyer(codes: np.ndarray) -> np.ndarray:
    """Return the Hoyer sparsity of each code (Hoyer 2004).

    For a code c with D dimensions it is (sqrt D - |c|_1 / |c|_2) / (sqrt D - 1). It is 1 if only
    one dimension is not zero, and 0 if all dimensions are equally large.

    Args:
        codes: One code per row, shape (T, D).

    Returns:
        The sparsity of each row, shape (T,). It is NaN for a row of zeros and for D = 1, where it
        is undefined.
    """
    root = np.sqrt(codes.shape[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((root - norm_ratio(codes)) / (root - 1))


def norm_ratio(codes: np.ndarray) -> np.ndarray:
    """Return |c|_1 / |c|_2 of each code, from 1 to sqrt D; NaN for a row of zeros.

    Args:
        codes: One code per row, shape (T, D).
    """
    magnitudes = np.abs(codes.astype(np.float64))
    largest = magnitudes.max(axis=1, keepdims=True, initial=0.0)
    # Without this division the squares of very large or very small codes overflow or vanish.
    scaled = magnitudes / np.where(largest > 0, largest, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(scaled.sum(axis=1) / np.sqrt((scaled**2).sum(axis=1)))


def hoyer_of_gaussian(dims: int) -> float:
    """Return the mean Hoyer sparsity of independent standard normal numbers, which is 0.24 for 32.

    The direction of such a code does not depend on its length. So the mean of |c|_1 / |c|_2 is the
    mean of |c|_1, D sqrt(2 / pi), by that of |c|_2, sqrt(2) Gamma((D + 1) / 2) / Gamma(D / 2).

    Args:
        dims: D, at least 2.
    """
    log_l2 = math.lgamma((dims + 1) / 2) - math.lgamma(dims / 2)
    ratio = dims / np.sqrt(np.pi) / np.exp(log_l2)
    return float((np.sqrt(dims) - ratio) / (np.sqrt(dims) - 1))


def divide_by_deviation(codes: np.ndarray) -> np.ndarray:
    """Return codes after each dimension is divided by its standard deviation.

    Mathieu et al. (2019) normalise codes so before they take the Hoyer sparsity.

    Args:
        codes: One code per row, shape (T, D).

    Returns:
        The divided codes, shape (T, D). A dimension that never changes becomes 0.
    """
    deviation = np.where(np.ptp(codes, axis=0) > 0, codes.std(axis=0, dtype=np.float64), 0)
    return np.where(deviation > 0, codes / np.where(deviation > 0, deviation, 1), 0.0)


def hoyer_above_gaussian(codes: np.ndarray) -> np.ndarray:
    """Return how much sparser each code is than a Gaussian one.

    It is the Hoyer sparsity of the code after each dimension is divided by its standard deviation,
    minus `hoyer_of_gaussian`.

    Args:
        codes: One code per row, shape (T, D).

    Returns:
        The difference for each row, shape (T,). It is NaN where `hoyer` is undefined.
    """
    normalised = hoyer(divide_by_deviation(codes))
    dims = codes.shape[1]
    return normalised - hoyer_of_gaussian(dims) if dims > 1 else normalised
