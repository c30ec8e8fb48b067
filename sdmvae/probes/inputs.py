"""The inputs of the probes: whole codes, mu / sigma, and the largest entries of a frame only."""

from typing import NamedTuple

import numpy as np

from sdmvae.nn.sparsity import divide_by_deviation

CODE, SIGNAL_TO_NOISE, PCA, LOG_POWER = "code", "signal_to_noise", "pca", "log_power"
KEPT = (1, 2, 4, 8, 16)


class Input(NamedTuple):
    """What a probe is given of each of T frames.

    Attributes:
        name: `CODE`, `SIGNAL_TO_NOISE`, `PCA` or `LOG_POWER`.
        kept: How many entries of each frame are kept; None if all are.
        values: The input, shape (T, D).
    """

    name: str
    kept: int | None
    values: np.ndarray


def keep_largest(codes: np.ndarray, kept: int) -> np.ndarray:
    """Return codes in which only the largest entries of each frame are not zero, shape (T, D).

    An entry counts as large by its absolute value after each dimension is divided by its standard
    deviation over the frames. If two are equal, the first one is kept.

    Args:
        codes: One code per row, shape (T, D).
        kept: How many entries of each row are kept.
    """
    order = np.argsort(-np.abs(divide_by_deviation(codes)), axis=1, kind="stable")
    chosen = order[:, :kept]
    result = np.zeros_like(codes)
    np.put_along_axis(result, chosen, np.take_along_axis(codes, chosen, axis=1), axis=1)
    return result


def list_inputs(name: str, codes: np.ndarray) -> list[Input]:
    """Return codes as a whole, and with their largest entries for each number of `KEPT` below D.

    Args:
        name: What the codes are.
        codes: One code per row, shape (T, D).
    """
    codes = codes.astype(np.float64)
    few = [kept for kept in KEPT if kept < codes.shape[1]]
    return [
        *(Input(name, kept, keep_largest(codes, kept)) for kept in few),
        Input(name, None, codes),
    ]


def name_pca(m: int) -> str:
    """Return the name of the first m principal components among the references."""
    return f"pca-m{m}"
