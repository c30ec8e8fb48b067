"""Scores of how many dimensions of the code, and atoms of the dictionary, are in use.

Whether a dimension is in use is read from its KL divergence. Its variance would not do where the
prior leaves the scale of a dimension open.
"""

import numpy as np

from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores.base import CellScore, FrameScore

IN_USE = 0.1  # nats


def coherence(dictionary: np.ndarray) -> float:
    """Return the mutual coherence, the largest |<d_i, d_j>| for i != j, in [0, 1].

    Args:
        dictionary: Atoms of unit norm in columns, shape (m, atoms).
    """
    gram = np.abs(dictionary.astype(np.float64).T @ dictionary.astype(np.float64))
    np.fill_diagonal(gram, 0)
    return float(gram.max())


def _dims_in_use(outputs: CellOutputs) -> np.ndarray | None:
    divergence = outputs.kl_by_dimension
    return None if divergence is None else (divergence > IN_USE).sum(axis=1).astype(np.float64)


def _active_dims(outputs: CellOutputs) -> int | None:
    divergence = outputs.kl_by_dimension
    if divergence is None:
        return None
    return int((divergence.mean(axis=0, dtype=np.float64) > IN_USE).sum())


def _dims(outputs: CellOutputs) -> int:
    return int(outputs.codes.shape[1])


def _atoms_in_use(outputs: CellOutputs) -> int | None:
    return None if outputs.dictionary is None else _active_dims(outputs)


def _coherence(outputs: CellOutputs) -> float | None:
    return None if outputs.dictionary is None else coherence(outputs.dictionary)


SCORES = (
    FrameScore(
        name="dims_in_use",
        label="Dimensions in use",
        description="This is the number of dimensions whose KL divergence in a frame is more than "
        "0.1 nat.",
        better=None,
        digits=1,
        in_table=True,
        compute=_dims_in_use,
    ),
    CellScore(
        name="dims",
        label="Dimensions",
        description="This is the number of dimensions of the code.",
        better=None,
        digits=0,
        in_table=True,
        compute=_dims,
    ),
    CellScore(
        name="active_dims",
        label="Active dimensions",
        description="This is the number of dimensions whose KL divergence is more than 0.1 nat on "
        "average over frames.",
        better=None,
        digits=0,
        compute=_active_dims,
    ),
    CellScore(
        name="atoms_in_use",
        label="Atoms in use",
        description="This is the number of atoms whose KL divergence is more than 0.1 nat on "
        "average over frames.",
        better=None,
        digits=0,
        compute=_atoms_in_use,
    ),
    CellScore(
        name="coherence",
        label="Coherence",
        description="Mutual coherence is the largest absolute inner product of two different "
        "atoms of the dictionary.",
        better=None,
        compute=_coherence,
    ),
)
