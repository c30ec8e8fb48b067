"""Scores of how sparse the codes of a cell are, and of how its dictionary is used."""

import numpy as np

from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores.base import CellScore, FrameScore


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
    dimensions = codes.shape[1]
    magnitudes = np.abs(codes.astype(np.float64))
    largest = magnitudes.max(axis=1, keepdims=True, initial=0.0)
    # Without this division the squares of very large or very small codes overflow or vanish.
    scaled = magnitudes / np.where(largest > 0, largest, 1)
    l2 = np.sqrt((scaled**2).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt(dimensions)
        sparsity = (root - scaled.sum(axis=1) / l2) / (root - 1) if dimensions > 1 else l2 * np.nan
    return np.asarray(sparsity)


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


def active_dimensions(codes: np.ndarray) -> int:
    """Count the dimensions whose variance is more than 0.01 of the largest variance.

    Burda et al. (2016) compare the variance itself with 0.01. A prior with learned variances
    leaves the scale of the codes open, so here it is compared with the largest variance.

    Args:
        codes: One code per row, shape (T, D).
    """
    variance = np.where(np.ptp(codes, axis=0) > 0, codes.var(axis=0, dtype=np.float64), 0)
    return int((variance > 0.01 * variance.max(initial=0.0)).sum())


def coherence(dictionary: np.ndarray) -> float:
    """Return the mutual coherence, the largest |<d_i, d_j>| for i != j, in [0, 1].

    Args:
        dictionary: Atoms of unit norm in columns, shape (m, atoms).
    """
    gram = np.abs(dictionary.astype(np.float64).T @ dictionary.astype(np.float64))
    np.fill_diagonal(gram, 0)
    return float(gram.max())


def _hoyer(outputs: CellOutputs) -> np.ndarray:
    return hoyer(outputs.codes)


def _hoyer_normalised(outputs: CellOutputs) -> np.ndarray:
    return hoyer(divide_by_deviation(outputs.codes))


def _active_dims(outputs: CellOutputs) -> int:
    return active_dimensions(outputs.codes)


def _dims(outputs: CellOutputs) -> int:
    return int(outputs.codes.shape[1])


def _hoyer_hard(outputs: CellOutputs) -> np.ndarray | None:
    return None if outputs.hard_codes is None else hoyer(outputs.hard_codes)


def _coherence(outputs: CellOutputs) -> float | None:
    return None if outputs.dictionary is None else coherence(outputs.dictionary)


def _atoms_in_use(outputs: CellOutputs) -> int | None:
    return None if outputs.dictionary is None else active_dimensions(outputs.codes)


SCORES = (
    FrameScore(
        name="hoyer",
        label="Hoyer",
        description="Hoyer sparsity is 0 if all dimensions of a frame's code are equally large, "
        "and 1 if only one dimension is not zero.",
        better="higher",
        in_table=True,
        published="hoyer",
        compute=_hoyer,
        in_utterances=True,
    ),
    FrameScore(
        name="hoyer_normalised",
        label="Hoyer normalised",
        description="This is the Hoyer sparsity after each dimension is divided by its standard "
        "deviation.",
        better="higher",
        in_table=True,
        compute=_hoyer_normalised,
    ),
    CellScore(
        name="active_dims",
        label="Active dimensions",
        description="A dimension of the code is active if its variance is more than 1 % of the "
        "largest variance.",
        better=None,
        digits=0,
        compute=_active_dims,
    ),
    CellScore(
        name="dims",
        label="Dimensions",
        description="This is the number of dimensions of the code.",
        better=None,
        digits=0,
        compute=_dims,
    ),
    FrameScore(
        name="hoyer_hard",
        label="Hoyer of hard codes",
        description="This is the Hoyer sparsity of codes in which the model has set dimensions to "
        "exactly zero by a hard decision.",
        better="higher",
        compute=_hoyer_hard,
    ),
    CellScore(
        name="coherence",
        label="Coherence",
        description="Mutual coherence is the largest absolute inner product of two different "
        "atoms of the dictionary.",
        better=None,
        compute=_coherence,
    ),
    CellScore(
        name="atoms_in_use",
        label="Atoms in use",
        description="An atom is in use if its dimension of the code is active.",
        better=None,
        digits=0,
        compute=_atoms_in_use,
    ),
)
