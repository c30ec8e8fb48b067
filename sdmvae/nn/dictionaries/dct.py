"""The discrete cosine transform, overcomplete where there are more atoms than dimensions."""

import math

import torch

from sdmvae.nn.dictionaries.base import Dictionary, normalise_atoms


class Dct(Dictionary):
    """Column 0 is constant; column j is cos(pi i j / k), i = 0 ... m - 1, without its mean.

    Columns are normalised (Rubinstein, Bruckstein and Elad 2010).
    """

    def atoms(self, m: int, k: int, generator: torch.Generator) -> torch.Tensor:
        """Return the dictionary; raise ValueError where nothing is left of a column."""
        i = torch.arange(m, dtype=torch.float64)[:, None]
        j = torch.arange(k, dtype=torch.float64)[None, :]
        columns = torch.cos(math.pi * i * j / k)
        columns[:, 1:] -= columns[:, 1:].mean(dim=0)
        if (columns.norm(dim=0) < 1e-9).any():
            raise ValueError(f"atoms: {k}: a DCT of {k} atoms has an empty atom in {m} dimensions")
        return normalise_atoms(columns).float()
