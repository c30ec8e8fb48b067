"""Pictures of matrices inside the page, and what is drawn around them: ticks and colour bars."""

from typing import Any

import numpy as np

from sdmvae.figures import spectrograms
from sdmvae.report.budget import to_data_uri


def embed_picture(matrix: np.ndarray, scale: spectrograms.Scale) -> str:
    """Return the picture of a matrix (T, F) as a data URI."""
    return to_data_uri(spectrograms.encode_picture(matrix, scale), "image/png")


def place_ticks(low: float, high: float, most: int = 6) -> list[dict[str, Any]]:
    """Return ticks at round numbers on an axis from `low` to `high`.

    Args:
        low: Where the axis begins.
        high: Where the axis ends.
        most: How many intervals between ticks there are, at most.

    Returns:
        For each tick its ``label``, and its position ``at`` in per cent of the axis.

    Raises:
        ValueError: `low` is not below `high`.
    """
    # Matplotlib is loaded only by processes that make pictures.
    from matplotlib.ticker import MaxNLocator

    if not low < high:
        raise ValueError(f"an axis cannot go from {low} to {high}")
    values = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [
        {
            "label": f"{value:g}".replace("-", "−"),
            "at": round(100 * (value - low) / (high - low), 2),
        }
        for value in (float(f"{value:.9g}") for value in values)
        if low - slack <= value <= high + slack
    ]


def place_end_ticks(count: int, *, downward: bool = False) -> list[dict[str, Any]]:
    """Return ticks in the middle of the first and of the last of `count` pixels.

    Pixels are numbered from 1. With `downward` the first one is at the top.
    """
    places = {1: 0.5, count: count - 0.5}
    return [
        {"label": str(label), "at": round(100 * abs(downward - place / count), 2)}
        for label, place in places.items()
    ]


def draw_line(heights: np.ndarray, digits: int = 1) -> str:
    """Return an SVG path through heights, 0 to 1, in a box of 100 by 100.

    Args:
        heights: The heights at equal distances.
        digits: How many decimals the coordinates have.
    """
    x = np.linspace(0, 100, len(heights))
    points = [
        f"{right:.{digits}f} {100 - 100 * up:.{digits}f}"
        for right, up in zip(x, heights, strict=True)
    ]
    return "M" + "L".join(points)


def describe_colour_bar(scale: spectrograms.Scale, unit: str) -> dict[str, Any]:
    """Return the colours of a scale, lowest first, with its ticks and its unit."""
    return {
        "colours": to_hex(spectrograms.list_colours(scale)),
        "ticks": place_ticks(scale.low, scale.high),
        "unit": unit,
    }


def to_hex(colours: list[tuple[int, int, int]]) -> list[str]:
    """Return colours as HTML writes them, such as ``#0072b2``."""
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colours]
