"""The colours, shapes and dashes of all figures: a model has a colour, a latent dimension a shape.

The first seven colours are those of Okabe and Ito (2008), the others are from the schemes of Paul
Tol (2021). Both are made for colour-blind readers. DVC's templates in .dvc/plots repeat the two
lists, since they are plain JSON; a test compares them with these.
"""

from collections.abc import Iterable
from itertools import cycle

COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#000000",
    "#882255",
    "#44AA99",
    "#999933",
    "#332288",
    "#AA4499",
    "#999999",
)
# The colours on a dark ground, by the colours on a white one.
DARK_COLOURS = dict(
    zip(
        COLOURS,
        (
            "#4FA8E0",
            "#F08A4B",
            "#2FC08F",
            "#E29CC4",
            "#F0B429",
            "#9AD6F7",
            "#F2F2F2",
            "#D9719F",
            "#6CC9BB",
            "#C6C65C",
            "#9A8CF0",
            "#D783D7",
            "#A8A8A8",
        ),
        strict=True,
    )
)
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
DASHES = ((1, 0), (7, 3), (2, 2), (10, 3, 2, 3), (14, 5), (4, 2, 1, 2), (5, 1))  # in pixels


def assign_colours(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each distinct name, in the order of first appearance."""
    return dict(zip(dict.fromkeys(names), cycle(COLOURS), strict=False))


def assign_shapes(dims: Iterable[int]) -> dict[int, str]:
    """Return a Vega shape for each distinct latent dimension, smallest first."""
    return dict(zip(sorted(set(dims)), cycle(SHAPES), strict=False))


def assign_dashes(variants: Iterable[tuple[str, str]]) -> dict[str, tuple[int, ...]]:
    """Return a dash for each variant; the variants of one model have different ones.

    Args:
        variants: The name of each variant and of its model, in their order.
    """
    dashes: dict[str, tuple[int, ...]] = {}
    seen: dict[str, int] = {}
    for variant, model in dict.fromkeys(variants):
        seen[model] = seen.get(model, -1) + 1
        dashes[variant] = DASHES[seen[model] % len(DASHES)]
    return dashes
