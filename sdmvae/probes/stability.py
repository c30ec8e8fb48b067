"""How much of a code recurs when the same cell is trained with another seed.

The dimensions of the codes of two seeds are matched one to one, so that the sum of their absolute
correlations is as large as possible (the Hungarian algorithm). The mean of the matched correlations
is 1 if both codes have the same dimensions, whatever their order, signs and scales.

A control says what to expect of two codes that span the same space by other axes: the second code,
with each dimension divided by its standard deviation, is rotated at random before it is matched.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from sdmvae.nn.sparsity import divide_by_deviation
from sdmvae.runtime.seeds import seed_for

ROTATIONS = 5


class Match(NamedTuple):
    """How well what two seeds have learned can be matched.

    Attributes:
        of: "codes" or "atoms".
        first: One of the seeds.
        second: The other one.
        matched: The mean absolute correlation of matched dimensions, or for atoms the mean absolute
            cosine, 0 to 1.
        control: The same after random rotations of the second one, a mean over `ROTATIONS`.
    """

    of: str
    first: int
    second: int
    matched: float
    control: float


def match_seeds(
    cell: str, codes: Mapping[int, np.ndarray], dictionaries: Mapping[int, np.ndarray]
) -> Iterator[Match]:
    """Yield the matches of each pair of seeds of a cell.

    Args:
        cell: The name of the cell, for the seeds of the rotations.
        codes: The codes of the same test frames by seed, each of shape (T, D).
        dictionaries: The atoms in columns by seed, each of shape (m, K); empty without a
            dictionary. A dictionary that is the same for two seeds was not learned, and has no
            match.
    """
    for first, second in combinations(codes, 2):
        generator = np.random.default_rng(seed_for(cell, "rotations", first, second))
        own, other = codes[first], divide_by_deviation(codes[second])
        turned = [other @ rotate(other.shape[1], generator) for _ in range(ROTATIONS)]
        yield Match("codes", first, second, *_match_all(correlate, own, other, turned))
        if first in dictionaries and second in dictionaries:
            own, other = dictionaries[first], dictionaries[second]
            if not np.array_equal(own, other):
                turned = [rotate(len(other), generator) @ other for _ in range(ROTATIONS)]
                yield Match("atoms", first, second, *_match_all(compare_atoms, own, other, turned))


def match(similarity: np.ndarray) -> float:
    """Return the mean of the entries of a matrix (D, D) that a best one-to-one match chooses."""
    rows, columns = linear_sum_assignment(similarity, maximize=True)
    return float(similarity[rows, columns].mean())


def correlate(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the absolute correlation of each dimension of two codes, shape (D, D).

    Args:
        first: A code per frame, shape (T, D).
        second: Another code of the same frames, shape (T, D). A dimension that never changes has
            the correlation 0.
    """
    a, b = (
        divide_by_deviation(codes - codes.mean(axis=0, dtype=np.float64))
        for codes in (first, second)
    )
    return np.asarray(np.abs(a.T @ b) / len(a))


def compare_atoms(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the absolute cosine of each atom of two dictionaries (m, K), shape (K, K)."""
    a, b = (
        atoms / np.maximum(np.linalg.norm(atoms, axis=0), np.finfo(np.float64).tiny)
        for atoms in (first.astype(np.float64), second.astype(np.float64))
    )
    return np.asarray(np.abs(a.T @ b))


def rotate(dims: int, generator: np.random.Generator) -> np.ndarray:
    """Return a random rotation or reflection, uniform over all of them, shape (dims, dims)."""
    q, r = np.linalg.qr(generator.standard_normal((dims, dims)))
    return np.asarray(q * np.sign(np.diag(r)))


def _match_all(
    compare: Callable[[np.ndarray, np.ndarray], np.ndarray],
    own: np.ndarray,
    other: np.ndarray,
    turned: Sequence[np.ndarray],
) -> tuple[float, float]:
    """Return the match with another code or dictionary, and the mean match with turned ones."""
    controls = [match(compare(own, each)) for each in turned]
    return match(compare(own, other)), float(np.mean(controls))
