"""Charts of the page with one point per cell: quality and sparsity, rate and distortion."""

import math
from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.intervals import Interval
from sdmvae.evaluation.results import Results
from sdmvae.figures.score_list import SCORES, Score
from sdmvae.report import variants
from sdmvae.report.comparison import COMPARED, Comparison
from sdmvae.report.formatting import format_figure
from sdmvae.report.published import find_published
from sdmvae.report.vega import Spec, build_frame, encode_colour, encode_shape

# On both axes of a scatter chart higher is better. The bounds of COMPARED have a unit; what is left
# of the scores per frame is sparsity.
QUALITIES = [s for s in COMPARED if s.per == "utterance" and s.better == "higher"]
SPARSITIES = [s for s in COMPARED if s.per == "frame" and s.better == "higher" and not s.unit]
RATES = [SCORES[name] for name in ("kl", "reconstruction", "elbo", "iwae")]
GREY = "#595959"
HEIGHT = 420  # pixels


def build_charts(results: Results, comparisons: Mapping[str, Comparison]) -> dict[str, Spec]:
    """Return the charts by name: a scatter chart for each pair of scores, and the rates.

    Args:
        results: The outputs of the run.
        comparisons: What `comparison.compare` returns for them.
    """
    scatters = {
        f"scatter-{quality.name}-{sparsity.name}": build_scatter(
            results, comparisons, quality, sparsity
        )
        for quality in QUALITIES
        for sparsity in SPARSITIES
    }
    return {**scatters, "rates": build_rates(results)}


def build_scatter_section(
    results: Results, comparisons: Mapping[str, Comparison]
) -> dict[str, Any]:
    """Return what scatter.html shows: the scores to choose from, and the cells without a point."""
    quality, sparsity = QUALITIES[0], SPARSITIES[0]
    drawn = {row["cell"] for row in _build_points(results, comparisons, quality, sparsity)}
    return {
        "qualities": {score.name: score.label for score in QUALITIES},
        "sparsities": {score.name: score.label for score in SPARSITIES},
        "missing": [cell["cell"] for cell in results.cells if cell["cell"] not in drawn],
        "missing_scores": f"{quality.label} or {sparsity.label}",
        "published": bool(_build_published_points(results, quality, sparsity)),
    }


def build_rates_section(results: Results) -> dict[str, Any]:
    """Return what rates.html shows beside the chart: a table with the columns `RATES`."""
    return {
        "columns": RATES,
        "rows": [
            {"cell": cell["cell"], "values": [cell[score.name] for score in RATES]}
            for cell in results.cells
        ],
    }


def build_scatter(
    results: Results, comparisons: Mapping[str, Comparison], quality: Score, sparsity: Score
) -> Spec:
    """Return the chart of quality against sparsity, with one point per cell.

    The page shows the layers named ``intervals``, ``intervals-too`` and ``published`` only on
    request. The points of published figures are hollow.
    """
    x, y = _axis("x", sparsity.label), _axis("y", quality.label)
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "text_y", "title": quality.label},
        {"field": "text_x", "title": sparsity.label},
    ]
    bar = {"type": "rule", "opacity": 0.4, "strokeWidth": 1.5}
    colour = encode_colour(results)
    across = {"x": _axis("low_x"), "x2": {"field": "high_x"}, "y": y, "color": colour}
    along = {"x": x, "y": _axis("low_y"), "y2": {"field": "high_y"}, "color": colour}
    layers = [
        _line_through_variant(x, y),
        {"name": "intervals", "mark": bar, "encoding": across},
        {"name": "intervals-too", "mark": bar, "encoding": along},
        _points(results, x, y, tooltip),
        _variant_names(x, y),
    ]
    published = _build_published_points(results, quality, sparsity)
    if published:
        layers.append(
            {
                "name": "published",
                "data": {"values": published},
                **_points(results, x, y, tooltip),
                "mark": {"type": "point", "filled": False, "size": 80, "strokeWidth": 1.8},
            }
        )
    return {
        **build_frame(f"{quality.label} against {sparsity.label}, one point per cell", HEIGHT),
        "data": {"values": _build_points(results, comparisons, quality, sparsity)},
        "layer": layers,
    }


def build_rates(results: Results) -> Spec:
    """Return the chart of reconstruction against KL, in nats per frame, one point per cell."""
    rows = [
        {
            **_describe(results, cell),
            "x": cell["kl"],
            "y": cell["reconstruction"],
            "elbo": cell["elbo"],
        }
        for cell in results.cells
        if cell["kl"] is not None and cell["reconstruction"] is not None
    ]
    x = _axis("x", f"rate: KL, {SCORES['kl'].unit}")
    y = _axis("y", f"distortion: reconstruction, {SCORES['reconstruction'].unit}")
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "x", "title": SCORES["kl"].label, "format": ".1f"},
        {"field": "y", "title": SCORES["reconstruction"].label, "format": ".1f"},
        {"field": "elbo", "title": SCORES["elbo"].label, "format": ".1f"},
    ]
    return {
        **build_frame("Reconstruction against KL, one point per cell", HEIGHT),
        "data": {"values": rows},
        "layer": [
            _line_through_variant(x, y),
            _points(results, x, y, tooltip),
            _variant_names(x, y),
        ],
    }


def _axis(field: str, title: str | None = None) -> Spec:
    """Return a position on an axis that does not have to start at zero."""
    scale = {"zero": False, "nice": False, "padding": 24}
    axis = {"field": field, "type": "quantitative", "scale": scale}
    return axis if title is None else {**axis, "title": title}


def _line_through_variant(x: Spec, y: Spec) -> Spec:
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


def _points(results: Results, x: Spec, y: Spec, tooltip: list[Spec]) -> Spec:
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


def _variant_names(x: Spec, y: Spec) -> Spec:
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


def _describe(results: Results, cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cell": cell["cell"],
        "variant": variants.find_variant(results, cell),
        "model": cell["model"],
        "m": cell["m"],
    }


def _build_points(
    results: Results, comparisons: Mapping[str, Comparison], quality: Score, sparsity: Score
) -> list[dict[str, Any]]:
    """Return a row for each cell that has both scores."""
    rows = []
    for cell in results.cells:
        x = comparisons[sparsity.name].interval(cell["cell"])
        y = comparisons[quality.name].interval(cell["cell"])
        if math.isfinite(x.mean) and math.isfinite(y.mean):
            place = {**_place("x", x, sparsity), **_place("y", y, quality)}
            rows.append({**_describe(results, cell), **place})
    return rows


def _place(axis: str, interval: Interval, score: Score) -> dict[str, Any]:
    half = interval.half if math.isfinite(interval.half) else 0.0
    return {
        axis: interval.mean,
        f"low_{axis}": round(interval.mean - half, 6),
        f"high_{axis}": round(interval.mean + half, 6),
        f"text_{axis}": format_figure(interval.mean, interval.half, score.digits),
    }


def _build_published_points(
    results: Results, quality: Score, sparsity: Score
) -> list[dict[str, Any]]:
    """Return a row for each cell that has a published figure of both scores."""
    rows = []
    for cell in results.cells:
        x, y = find_published(cell, sparsity), find_published(cell, quality)
        if x is not None and y is not None:
            texts = {"text_x": f"{x:.{sparsity.digits}f}", "text_y": f"{y:.{quality.digits}f}"}
            name = f"{cell['cell']}, published"
            rows.append({**_describe(results, cell), "cell": name, "x": x, "y": y, **texts})
    return rows
