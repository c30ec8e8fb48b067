"""Random atoms, uniform on the unit sphere."""

import torch

from sdmvae.nn.dictionaries.base import Dictionary, normalise_atoms


class Random(Dictionary):
    """Independent Gaussian numbers with normalised columns."""

    def atoms(self, m: int, k: int, generator: torch.Generator) -> torch.Tensor:
        """Return atoms sampled from the generator."""
        return normalise_atoms(torch.randn(m, k, generator=generator, dtype=torch.float64)).float()
