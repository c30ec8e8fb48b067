"""Pictures of matrices with what a template draws around them: ticks and a bar of colours."""

from typing import Any

import numpy as np

from sdmvae.figures import spectrograms
from sdmvae.report.budget import data_uri


def png(matrix: np.ndarray, scale: spectrograms.Scale) -> str:
    """The picture of a matrix (T, F) as a data URI."""
    return data_uri(spectrograms.picture(matrix, scale), "image/png")


def ticks(low: float, high: float, most: int = 6) -> list[dict[str, Any]]:
    """Round numbers from `low` to `high`: `label`, and `at`, per cent of the way.

    Raises ValueError where there is no way.
    """
    from matplotlib.ticker import MaxNLocator

    if not low < high:
        raise ValueError(f"no ticks from {low} to {high}")
    found = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [
        {"label": f"{each:g}".replace("-", "−"), "at": round(100 * (each - low) / (high - low), 2)}
        for each in (float(f"{each:.9g}") for each in found)
        if low - slack <= each <= high + slack
    ]


def ends(count: int, *, downward: bool = False) -> list[dict[str, Any]]:
    """Ticks in the middle of the first and the last of `count` pixels, which count from 1."""
    places = {1: 0.5, count: count - 0.5}
    return [
        {"label": str(label), "at": round(100 * abs(downward - place / count), 2)}
        for label, place in places.items()
    ]


def bar(scale: spectrograms.Scale, unit: str) -> dict[str, Any]:
    """The colours of a scale, lowest first, its ticks and its unit."""
    return {
        "colours": ["#{:02x}{:02x}{:02x}".format(*each) for each in spectrograms.palette(scale)],
        "ticks": ticks(scale.low, scale.high),
        "unit": unit,
    }
