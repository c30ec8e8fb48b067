"""One look for all figures: a model by its colour, a latent dimension by its shape.

Colours are those of Okabe and Ito (2008), which hold for colour-blind readers and in grey.
"""

from collections.abc import Iterable
from itertools import cycle

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")


def colours(names: Iterable[str]) -> dict[str, str]:
    """A colour for each distinct name, in the order of first appearance."""
    return dict(zip(dict.fromkeys(names), cycle(COLOURS), strict=False))


def shapes(dims: Iterable[int]) -> dict[int, str]:
    """A Vega shape for each distinct latent dimension, smallest first."""
    return dict(zip(sorted(set(dims)), cycle(SHAPES), strict=False))
