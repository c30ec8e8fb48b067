"""One small file for each dictionary D of SDM-VAE, z = D a; params.yaml names the file."""

import sys

import torch

from sdmvae.nn.dictionaries.base import Dictionary, normalise_atoms
from sdmvae.runtime import plugins

__all__ = ["build", "names", "normalise_atoms"]


def names() -> list[str]:
    """Return the names of the dictionaries, as params.yaml writes them."""
    return plugins.names(sys.modules[__name__])


def build(name: str, m: int, k: int, generator: torch.Generator) -> torch.Tensor:
    """Return a dictionary.

    Args:
        name: Its name in params.yaml.
        m: The latent dimension.
        k: The number of atoms.
        generator: The source of randomness, for a dictionary that is random.

    Returns:
        D of shape (m, k), float32, with columns of unit norm.

    Raises:
        ValueError: There is no such dictionary, or it has no such shape.
    """
    dictionary = plugins.build(sys.modules[__name__], Dictionary, "dictionary", name, {}, {})
    return dictionary.atoms(m, k, generator)
