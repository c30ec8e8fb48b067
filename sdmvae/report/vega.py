"""What all Vega-Lite charts of the report have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.figures import palette
from sdmvae.report.variants import find_variant

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "system-ui, sans-serif"

Spec = dict[str, Any]  # a Vega-Lite specification, or a part of one


def build_frame(description: str, height: int) -> Spec:
    """Return the part of a specification that has no data: size, fonts and description.

    The chart is as wide as the place where it stands on the page.

    Args:
        description: One sentence for screen readers.
        height: The height in pixels.
    """
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": build_config(),
    }


def build_config() -> Spec:
    """Return the fonts, lines and legends of all charts."""
    text = {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 600}
    return {
        "font": FONT,
        "background": "transparent",
        "view": {"stroke": None},
        "axisQuantitative": {"tickCount": 7, "labelFlush": False},
        "axis": {**text, "gridColor": "#e4e4e4", "labelColor": "#222", "titleColor": "#222"},
        "legend": {**text, "orient": "bottom", "columns": 3, "symbolSize": 110},
        "title": {"fontSize": 14, "anchor": "start"},
    }


def encode_colour(results: Results) -> Spec:
    """Return the encoding that gives each model its colour."""
    return _encode("model", palette.assign_colours(cell["model"] for cell in results.cells))


def encode_shape(results: Results) -> Spec:
    """Return the encoding that gives each latent dimension its shape."""
    return _encode("m", palette.assign_shapes(cell["m"] for cell in results.cells))


def assign_dashes(results: Results) -> dict[str, tuple[int, ...]]:
    """Return the dash of the line of each cell, by its name."""
    variants = {cell["cell"]: find_variant(results, cell) for cell in results.cells}
    dashes = palette.assign_dashes(
        (variants[cell["cell"]], cell["model"]) for cell in results.cells
    )
    return {cell: dashes[variant] for cell, variant in variants.items()}


def encode_dash(results: Results, cells: Sequence[str]) -> Spec:
    """Return the encoding that gives the line of each of some cells its dash."""
    dashes = assign_dashes(results)
    scale = {"domain": list(cells), "range": [dashes[cell] for cell in cells]}
    return {"field": "cell", "type": "nominal", "scale": scale, "legend": None}


def _encode(field: str, values: Mapping[Any, str]) -> Spec:
    scale = {"domain": list(values), "range": list(values.values())}
    legend = {"symbolOpacity": 1}
    return {"field": field, "type": "nominal", "title": field, "scale": scale, "legend": legend}
