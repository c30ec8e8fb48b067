"""Section of the page: charts of quality against sparsity, with one point per cell."""

from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores.base import FrameScore, Score, UtteranceScore
from sdmvae.report.comparison import COMPARED
from sdmvae.report.formatting import format_number
from sdmvae.report.points import (
    GREY,
    HEIGHT,
    describe_cell,
    draw_points,
    draw_variant_lines,
    draw_variant_names,
    encode_axis,
)
from sdmvae.report.published import find_published
from sdmvae.report.vega import Spec, build_frame

# On both axes higher is better. The scores of frames are computed from codes: they are sparsities.
QUALITIES = [s for s in COMPARED if isinstance(s, UtteranceScore) and s.better == "higher"]
SPARSITIES = [s for s in COMPARED if isinstance(s, FrameScore) and s.better == "higher"]


def build_charts(results: Results) -> dict[str, Spec]:
    """Return the chart of each pair of a quality and a sparsity, by name."""
    return {
        f"scatter-{quality.name}-{sparsity.name}": build_chart(results, quality, sparsity)
        for quality in QUALITIES
        for sparsity in SPARSITIES
    }


def build_section(results: Results) -> dict[str, Any]:
    """Return what scatter.html shows: the scores to choose from, and the cells without a point."""
    quality, sparsity = QUALITIES[0], SPARSITIES[0]
    drawn = {row["cell"] for row in _build_points(results, quality, sparsity)}
    return {
        "qualities": {score.name: score.label for score in QUALITIES},
        "sparsities": {score.name: score.label for score in SPARSITIES},
        "missing": [cell["cell"] for cell in results.cells if cell["cell"] not in drawn],
        "missing_scores": f"{quality.label} or {sparsity.label}",
        "published": any(
            _build_published_points(results, quality, sparsity)
            for quality in QUALITIES
            for sparsity in SPARSITIES
        ),
    }


def build_chart(results: Results, quality: Score, sparsity: Score) -> Spec:
    """Return the chart of quality against sparsity, with one point per cell.

    The page shows the layers whose name begins with ``published`` only on request. The points of
    published figures are hollow, and their names are in italics.
    """
    x, y = encode_axis("x", sparsity.label), encode_axis("y", quality.label)
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "text_y", "title": quality.label},
        {"field": "text_x", "title": sparsity.label},
    ]
    layers = [
        draw_variant_lines(x, y),
        draw_points(results, x, y, tooltip),
        draw_variant_names(x, y),
    ]
    published = {"values": _build_published_points(results, quality, sparsity)}
    if published["values"]:
        hollow = {"type": "point", "filled": False, "size": 80, "strokeWidth": 1.8, "opacity": 1}
        points = draw_points(results, x, y, tooltip)
        above_or_below = {"expr": "datum.above ? -11 : 13"}
        name = {"type": "text", "dy": above_or_below, "fontSize": 10}
        layers += [
            {"name": "published", "data": published, **points, "mark": hollow},
            {
                "name": "published-names",
                "data": published,
                "mark": {**name, "fontStyle": "italic", "color": GREY},
                "encoding": {"x": x, "y": y, "text": {"field": "name"}},
            },
        ]
    return {
        **build_frame(f"{quality.label} against {sparsity.label}, one point per cell", HEIGHT),
        "data": {"values": _build_points(results, quality, sparsity)},
        "layer": layers,
    }


def _build_points(results: Results, quality: Score, sparsity: Score) -> list[dict[str, Any]]:
    """Return a row for each cell that has both scores."""
    return [
        {**describe_cell(results, cell), **_place(x, y, quality, sparsity)}
        for cell in results.cells
        if (x := cell[sparsity.name]) is not None and (y := cell[quality.name]) is not None
    ]


def _build_published_points(
    results: Results, quality: Score, sparsity: Score
) -> list[dict[str, Any]]:
    """Return a row for each cell that has a published figure of both scores."""
    rows = []
    for cell in results.cells:
        x, y = find_published(cell, sparsity), find_published(cell, quality)
        if x is not None and y is not None:
            names = {"cell": f"{cell['cell']}, published", "name": cell["cell"]}
            place = _place(x, y, quality, sparsity)
            rows.append({**describe_cell(results, cell), **names, **place})
    # Names of neighbours would overlap if all were on the same side of their points.
    for number, row in enumerate(sorted(rows, key=lambda row: (row["x"], row["y"]))):
        row["above"] = number % 2 == 0
    return rows


def _place(x: float, y: float, quality: Score, sparsity: Score) -> dict[str, Any]:
    """Return the place of a point, and its scores as text."""
    return {
        "x": x,
        "y": y,
        "text_x": format_number(x, sparsity.digits),
        "text_y": format_number(y, quality.digits),
    }
