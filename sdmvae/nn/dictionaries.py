"""Dictionaries D of SDM-VAE, z = D a: shape (m, k), unit-norm columns, the atoms.

Each takes m, the number of atoms k and a generator, from which one that is random draws.
"""

import math

import torch


def build(name: str, m: int, atoms: int, generator: torch.Generator) -> torch.Tensor:
    """The dictionary `name`.

    Raises:
        ValueError: there is none of that name, or it has no such shape.
    """
    if name not in DICTIONARIES:
        raise ValueError(f"dictionary: {name!r}: there are {', '.join(DICTIONARIES)}")
    return DICTIONARIES[name](m, atoms, generator)


def identity(m: int, atoms: int, generator: torch.Generator) -> torch.Tensor:
    """The identity; raises ValueError unless there are as many atoms as dimensions."""
    if atoms != m:
        raise ValueError(f"the identity has as many atoms as dimensions: {m} of them, not {atoms}")
    return torch.eye(m)


def dct(m: int, atoms: int, generator: torch.Generator) -> torch.Tensor:
    """Discrete cosine transform, overcomplete for k > m.

    Column 0 is constant; column j is cos(pi i j / k), i = 0 ... m - 1, its mean removed
    (Rubinstein, Bruckstein and Elad 2010). Raises ValueError where a column has nothing left.
    """
    i = torch.arange(m, dtype=torch.float64)[:, None]
    j = torch.arange(atoms, dtype=torch.float64)[None, :]
    columns = torch.cos(math.pi * i * j / atoms)
    columns[:, 1:] -= columns[:, 1:].mean(dim=0)
    if (columns.norm(dim=0) < 1e-9).any():
        raise ValueError(f"a DCT of {atoms} atoms has an empty atom in {m} dimensions")
    return normalised(columns).float()


def random(m: int, atoms: int, generator: torch.Generator) -> torch.Tensor:
    """Independent Gaussian numbers, normalised: atoms uniform on the sphere."""
    return normalised(torch.randn(m, atoms, generator=generator, dtype=torch.float64)).float()


def normalised(dictionary: torch.Tensor) -> torch.Tensor:
    """The dictionary with each atom divided by its norm."""
    return dictionary / dictionary.norm(dim=0)


DICTIONARIES = {"identity": identity, "dct": dct, "random": random}
