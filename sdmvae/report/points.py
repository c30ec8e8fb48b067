"""What charts with one point per cell have in common."""

from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.report import variants
from sdmvae.report.vega import Spec, encode_colour, encode_shape

GREY = "#595959"
HEIGHT = 420  # pixels


def encode_axis(field: str, title: str | None = None) -> Spec:
    """Return a position on an axis that does not have to start at zero."""
    scale = {"zero": False, "nice": False, "padding": 24}
    axis = {"field": field, "type": "quantitative", "scale": scale}
    return axis if title is None else {**axis, "title": title}


def draw_variant_lines(x: Spec, y: Spec) -> Spec:
    """Return a thin line through the cells of a variant, in the order of their latent dimension."""
    return {
        "mark": {"type": "line", "color": GREY, "opacity": 0.35, "strokeWidth": 1},
        "encoding": {
            "x": x,
            "y": y,
            "detail": {"field": "variant"},
            "order": {"field": "m", "type": "quantitative"},
        },
    }


def draw_points(results: Results, x: Spec, y: Spec, tooltip: list[Spec]) -> Spec:
    """Return points with the colour of their model and the shape of their latent dimension."""
    return {
        "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": encode_colour(results),
            "shape": encode_shape(results),
            "tooltip": tooltip,
        },
    }


def draw_variant_names(x: Spec, y: Spec) -> Spec:
    """Return the name of each variant beside its cell with the largest latent dimension."""
    return {
        "transform": [
            {
                "joinaggregate": [{"op": "max", "field": "m", "as": "largest"}],
                "groupby": ["variant"],
            },
            {"filter": "datum.m == datum.largest"},
        ],
        "mark": {
            "type": "text",
            "align": "left",
            "dx": 9,
            "dy": -9,
            "fontSize": {"expr": "width < 480 ? 10 : 12"},
            "color": "#222",
        },
        "encoding": {"x": x, "y": y, "text": {"field": "variant"}},
    }


def describe_cell(results: Results, cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a point that say which cell it is."""
    return {
        "cell": cell["cell"],
        "variant": variants.find_variant(results, cell),
        "model": cell["model"],
        "m": cell["m"],
    }
