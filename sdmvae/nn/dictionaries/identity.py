"""The identity, with which z = a."""

import torch

from sdmvae.nn.dictionaries.base import Dictionary


class Identity(Dictionary):
    """D = I, of as many atoms as dimensions."""

    def atoms(self, m: int, k: int, generator: torch.Generator) -> torch.Tensor:
        """Return the identity; raise ValueError unless k = m."""
        if k != m:
            raise ValueError(
                f"atoms: {k}: the identity has as many atoms as dimensions: {m} of them, not {k}"
            )
        return torch.eye(m)
