"""Vega-Lite specifications with their data inside: quality against sparsity, rate and distortion.

A model has its colour and a latent dimension its shape, in every chart.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sdmvae.evaluation.intervals import Interval
from sdmvae.evaluation.published import published as published_figures
from sdmvae.evaluation.results import Results
from sdmvae.figures import palette
from sdmvae.report import variants
from sdmvae.report.comparison import Compared
from sdmvae.report.scoreboard import PUBLISHED, SCORES, shown

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
QUALITIES = ("pesq", "stoi", "estoi")
SPARSITIES = ("hoyer", "hoyer_normalised")
GREY = "#595959"
FONT = "system-ui, sans-serif"

RATES = ("cell", "kl", "reconstruction", "elbo", "iwae")

Spec = dict[str, Any]


def specifications(results: Results, compared: Mapping[str, Compared]) -> dict[str, Spec]:
    """Charts by name: a scatter for each pair of scores, and the rates."""
    scatters = {
        f"scatter-{quality}-{sparsity}": scatter(results, compared, quality, sparsity)
        for quality in QUALITIES
        for sparsity in SPARSITIES
    }
    return {**scatters, "rates": rates(results)}


def choices(results: Results, compared: Mapping[str, Compared]) -> dict[str, Any]:
    """What the scatter can show, and the cells it cannot."""
    drawn = {row["cell"] for row in _scored(results.cells, compared, "pesq", "hoyer")}
    return {
        "qualities": {name: SCORES[name][0] for name in QUALITIES},
        "sparsities": {name: SCORES[name][0] for name in SPARSITIES},
        "missing": [cell["cell"] for cell in results.cells if cell["cell"] not in drawn],
        "published": bool(_published(results.cells, "pesq", "hoyer")),
    }


def rate_rows(results: Results) -> list[Mapping[str, Any]]:
    """What the chart of rates shows, as a table."""
    return [{name: cell[name] for name in RATES} for cell in results.cells]


def scatter(
    results: Results, compared: Mapping[str, Compared], quality: str, sparsity: str
) -> Spec:
    """Quality against sparsity, a point a cell.

    Layers named `intervals` and `published` (figures, hollow) are for the page to leave out.
    """
    names = SCORES[quality][0], SCORES[sparsity][0]
    rows = _scored(results.cells, compared, quality, sparsity)
    x, y = axis("x", names[1]), axis("y", names[0])
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "shown_y", "title": names[0]},
        {"field": "shown_x", "title": names[1]},
    ]
    bar = {"type": "rule", "opacity": 0.4, "strokeWidth": 1.5}
    across = {"x": axis("low_x"), "x2": {"field": "high_x"}, "y": y, "color": colour(results)}
    along = {"x": x, "y": axis("low_y"), "y2": {"field": "high_y"}, "color": colour(results)}
    layers = [
        joined(x, y),
        {"name": "intervals", "mark": bar, "encoding": across},
        {"name": "intervals-too", "mark": bar, "encoding": along},
        points(results, x, y, tooltip),
        names_of(x, y),
    ]
    published = _published(results.cells, quality, sparsity)
    if published:
        layers.append(
            {
                "name": "published",
                "data": {"values": published},
                **points(results, x, y, tooltip),
                "mark": {"type": "point", "filled": False, "size": 80, "strokeWidth": 1.8},
            }
        )
    return chart(f"{names[0]} against {names[1]}, a point a cell", rows, layers)


def rates(results: Results) -> Spec:
    """Reconstruction against KL, both in nats a frame, a point a cell."""
    rows = [
        {**_about(cell), "x": cell["kl"], "y": cell["reconstruction"], "elbo": cell["elbo"]}
        for cell in results.cells
        if cell["kl"] is not None and cell["reconstruction"] is not None
    ]
    x = axis("x", "rate: KL, nats a frame")
    y = axis("y", "distortion: reconstruction, nats a frame")
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "x", "title": "KL", "format": ".1f"},
        {"field": "y", "title": "reconstruction", "format": ".1f"},
        {"field": "elbo", "title": "bound (ELBO)", "format": ".1f"},
    ]
    layers = [joined(x, y), points(results, x, y, tooltip), names_of(x, y)]
    return chart("Reconstruction against KL, a point a cell", rows, layers)


def chart(description: str, rows: list[dict[str, Any]], layers: list[Spec]) -> Spec:
    """Layers over the same rows, as wide as the page lets them be."""
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "height": 420,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "layer": layers,
        "config": config(),
    }


def config() -> Spec:
    """Type and lines of all charts; symbols of a legend below them."""
    text = {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 600}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axisQuantitative": {"tickCount": 7, "labelFlush": False},
        "axis": {**text, "gridColor": "#e4e4e4", "labelColor": "#222", "titleColor": "#222"},
        "legend": {**text, "orient": "bottom", "columns": 3, "symbolSize": 110},
        "title": {"fontSize": 14, "anchor": "start"},
    }


def axis(field: str, title: str | None = None) -> Spec:
    """A quantitative position that need not start at zero."""
    scale = {"zero": False, "nice": False, "padding": 24}
    found = {"field": field, "type": "quantitative", "scale": scale}
    return found if title is None else {**found, "title": title}


def colour(results: Results) -> Spec:
    """A model's colour."""
    chosen = palette.colours(cell["model"] for cell in results.cells)
    return _encoding("model", chosen)


def shape(results: Results) -> Spec:
    """A latent dimension's shape."""
    chosen = palette.shapes(cell["m"] for cell in results.cells)
    return _encoding("m", chosen)


def joined(x: Spec, y: Spec) -> Spec:
    """A thin line through the cells of a variant, from the least latent dimension up."""
    return {
        "mark": {"type": "line", "color": GREY, "opacity": 0.35, "strokeWidth": 1},
        "encoding": {
            "x": x,
            "y": y,
            "detail": {"field": "variant"},
            "order": {"field": "m", "type": "quantitative"},
        },
    }


def points(results: Results, x: Spec, y: Spec, tooltip: list[Spec]) -> Spec:
    """Points that name their cell when hovered."""
    return {
        "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": colour(results),
            "shape": shape(results),
            "tooltip": tooltip,
        },
    }


def names_of(x: Spec, y: Spec) -> Spec:
    """The variant's name beside its cell of largest latent dimension."""
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


def _encoding(field: str, chosen: Mapping[Any, str]) -> Spec:
    scale = {"domain": list(chosen), "range": list(chosen.values())}
    legend = {"symbolOpacity": 1}
    return {"field": field, "type": "nominal", "title": field, "scale": scale, "legend": legend}


def _about(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cell": cell["cell"],
        "variant": variants.of(cell),
        "model": cell["model"],
        "m": cell["m"],
    }


def _scored(
    cells: Iterable[Mapping[str, Any]],
    compared: Mapping[str, Compared],
    quality: str,
    sparsity: str,
) -> list[dict[str, Any]]:
    rows = []
    for cell in cells:
        across, along = (compared[name].interval(cell["cell"]) for name in (sparsity, quality))
        if math.isfinite(across.mean) and math.isfinite(along.mean):
            rows.append({**_about(cell), **_place("x", across), **_place("y", along)})
    return rows


def _place(name: str, interval: Interval) -> dict[str, Any]:
    half = interval.half if math.isfinite(interval.half) else 0.0
    return {
        name: interval.mean,
        f"low_{name}": round(interval.mean - half, 6),
        f"high_{name}": round(interval.mean + half, 6),
        f"shown_{name}": shown(interval.mean, interval.half),
    }


def _published(
    cells: Iterable[Mapping[str, Any]], quality: str, sparsity: str
) -> list[dict[str, Any]]:
    if not {quality, sparsity} <= PUBLISHED.keys():
        return []
    rows = []
    for cell in cells:
        figures = published_figures(cell["model"], cell["arguments"], cell["m"])
        if figures:
            x, y = figures[PUBLISHED[sparsity]], figures[PUBLISHED[quality]]
            about = {**_about(cell), "cell": f"{cell['cell']}, published"}
            rows.append({**about, "x": x, "y": y, "shown_x": f"{x:.2f}", "shown_y": f"{y:.2f}"})
    return rows
