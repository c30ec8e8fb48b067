"""A code with a dictionary, z = D a: what models share that have one.

This module is no model, as its name says: params.yaml cannot name it.
"""

from typing import Annotated

import torch
from pydantic import Field
from torch import nn

from sdmvae.models.base import GaussianModel
from sdmvae.nn import dictionaries
from sdmvae.nn.linear import matmul

Atoms = Annotated[int, Field(ge=1)] | None


class DictionaryModel(GaussianModel):
    """z = D a, where q(a | s) = N(mu, diag sigma^2) has k coefficients. The code is mu.

    The prior of a is for a derived class to say.
    """

    dictionary: torch.Tensor

    def __init__(
        self, m: int, generator: torch.Generator, dictionary: str, atoms: int | None, learned: bool
    ) -> None:
        """Make the dictionary.

        Args:
            m: The latent dimension.
            generator: The source of randomness, for a dictionary that is random.
            dictionary: The name of the dictionary.
            atoms: The number of atoms k; None makes it m.
            learned: Whether the dictionary is trained with the network, starting from the one
                that is named.

        Raises:
            ValueError: There is no such dictionary, or it has no such shape.
        """
        k = m if atoms is None else atoms
        super().__init__(k)
        start = dictionaries.build(dictionary, m, k, generator)
        self.dictionary = nn.Parameter(start) if learned else start

    def latent(self, code: torch.Tensor) -> torch.Tensor:
        """Return z = D a."""
        return matmul(code, self.dictionary.T)

    @torch.no_grad()
    def constrain(self) -> None:
        """Give the atoms unit norm again if they are learned; the coefficients hold the scale."""
        if self.dictionary.requires_grad:
            self.dictionary.copy_(dictionaries.normalise_atoms(self.dictionary))
