"""Dictionaries D of SDM-VAE, z = D a: shape (m, k), unit-norm columns, the atoms."""

import math

import torch


def identity(m: int, atoms: int) -> torch.Tensor:
    """The identity; raises ValueError unless there are as many atoms as dimensions."""
    if atoms != m:
        raise ValueError(f"the identity has as many atoms as dimensions: {m} of them, not {atoms}")
    return torch.eye(m)


def dct(m: int, atoms: int) -> torch.Tensor:
    """Discrete cosine transform, overcomplete for k > m.

    Column 0 is constant; column j is cos(pi i j / k), i = 0 ... m - 1, its mean removed
    (Rubinstein, Bruckstein and Elad 2010); all are normalised.
    """
    i = torch.arange(m, dtype=torch.float64)[:, None]
    j = torch.arange(atoms, dtype=torch.float64)[None, :]
    columns = torch.cos(math.pi * i * j / atoms)
    columns[:, 1:] -= columns[:, 1:].mean(dim=0)
    norms = columns.norm(dim=0)
    if (norms < 1e-9).any():
        raise ValueError(f"a DCT of {atoms} atoms has an empty atom in {m} dimensions")
    return (columns / norms).float()


def coherence(dictionary: torch.Tensor) -> float:
    """Mutual coherence, max over i != j of |<d_i, d_j>|, of unit-norm columns; in [0, 1]."""
    gram = (dictionary.double().T @ dictionary.double()).abs()
    return float(gram.fill_diagonal_(0).max())
