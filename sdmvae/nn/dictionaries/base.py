"""The contract of a dictionary."""

from abc import ABC, abstractmethod

import torch


class Dictionary(ABC):
    """A way to make the atoms of a dictionary.

    A file of this folder defines one class that is not abstract.
    """

    @abstractmethod
    def atoms(self, m: int, k: int, generator: torch.Generator) -> torch.Tensor:
        """Return the dictionary D, whose columns are the atoms.

        Args:
            m: The latent dimension.
            k: The number of atoms.
            generator: The source of randomness, for a dictionary that is random.

        Returns:
            Shape (m, k), float32, with columns of unit norm.

        Raises:
            ValueError: The dictionary does not exist with this shape.
        """


def normalise_atoms(dictionary: torch.Tensor) -> torch.Tensor:
    """Return the dictionary, shape (m, k), with each column divided by its norm."""
    norms: torch.Tensor = dictionary.norm(dim=0)
    return dictionary / norms
