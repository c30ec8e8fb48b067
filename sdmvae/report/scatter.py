"""Section of the page: charts of quality against sparsity, with one point per cell."""

import math
from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores.base import FrameScore, Score, UtteranceScore
from sdmvae.evaluation.statistics.estimates import Scope
from sdmvae.report.comparison import COMPARED, Comparison, find_scope
from sdmvae.report.formatting import format_figure
from sdmvae.report.points import (
    HEIGHT,
    describe_cell,
    draw_points,
    draw_variant_lines,
    draw_variant_names,
    encode_axis,
)
from sdmvae.report.published import find_published
from sdmvae.report.vega import Spec, build_frame, encode_colour

# On both axes higher is better. The scores of frames are computed from codes: they are sparsities.
QUALITIES = [s for s in COMPARED if isinstance(s, UtteranceScore) and s.better == "higher"]
SPARSITIES = [s for s in COMPARED if isinstance(s, FrameScore) and s.better == "higher"]


def build_charts(results: Results, comparisons: Mapping[str, Comparison]) -> dict[str, Spec]:
    """Return the chart of each pair of a quality and a sparsity, by name.

    Args:
        results: The outputs of the run.
        comparisons: What `comparison.compare` returns for them.
    """
    return {
        f"scatter-{quality.name}-{sparsity.name}": build_chart(
            results, comparisons, quality, sparsity
        )
        for quality in QUALITIES
        for sparsity in SPARSITIES
    }


def build_section(results: Results, comparisons: Mapping[str, Comparison]) -> dict[str, Any]:
    """Return what scatter.html shows: the scores to choose from, and the cells without a point."""
    quality, sparsity = QUALITIES[0], SPARSITIES[0]
    scope = find_scope(comparisons)
    drawn = {row["cell"] for row in _build_points(results, comparisons, quality, sparsity)}
    return {
        "qualities": {score.name: score.label for score in QUALITIES},
        "sparsities": {score.name: score.label for score in SPARSITIES},
        "missing": [cell["cell"] for cell in results.cells if cell["cell"] not in drawn],
        "missing_scores": f"{quality.label} or {sparsity.label}",
        "scope": scope,
        "intervals": scope is not Scope.NOTHING,
        "published": any(
            _build_published_points(results, quality, sparsity)
            for quality in QUALITIES
            for sparsity in SPARSITIES
        ),
    }


def build_chart(
    results: Results, comparisons: Mapping[str, Comparison], quality: Score, sparsity: Score
) -> Spec:
    """Return the chart of quality against sparsity, with one point per cell.

    The page shows the layers named ``intervals``, ``intervals-too`` and ``published`` only on
    request. The points of published figures are hollow.
    """
    x, y = encode_axis("x", sparsity.label), encode_axis("y", quality.label)
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "text_y", "title": quality.label},
        {"field": "text_x", "title": sparsity.label},
    ]
    bar = {"type": "rule", "opacity": 0.4, "strokeWidth": 1.5}
    colour = encode_colour(results)
    across = {"x": encode_axis("low_x"), "x2": {"field": "high_x"}, "y": y, "color": colour}
    along = {"x": x, "y": encode_axis("low_y"), "y2": {"field": "high_y"}, "color": colour}
    layers = [
        draw_variant_lines(x, y),
        {"name": "intervals", "mark": bar, "encoding": across},
        {"name": "intervals-too", "mark": bar, "encoding": along},
        draw_points(results, x, y, tooltip),
        draw_variant_names(x, y),
    ]
    published = _build_published_points(results, quality, sparsity)
    if published:
        layers.append(
            {
                "name": "published",
                "data": {"values": published},
                **draw_points(results, x, y, tooltip),
                "mark": {"type": "point", "filled": False, "size": 80, "strokeWidth": 1.8},
            }
        )
    return {
        **build_frame(f"{quality.label} against {sparsity.label}, one point per cell", HEIGHT),
        "data": {"values": _build_points(results, comparisons, quality, sparsity)},
        "layer": layers,
    }


def _build_points(
    results: Results, comparisons: Mapping[str, Comparison], quality: Score, sparsity: Score
) -> list[dict[str, Any]]:
    """Return a row for each cell that has both scores."""
    rows = []
    for cell in results.cells:
        x, y = comparisons[sparsity.name], comparisons[quality.name]
        places = _place("x", x, cell["cell"], sparsity), _place("y", y, cell["cell"], quality)
        if all(places):
            rows.append({**describe_cell(results, cell), **places[0], **places[1]})
    return rows


def _place(axis: str, comparison: Comparison, cell: str, score: Score) -> dict[str, Any]:
    """Return the place of a cell on an axis; nothing if it has no score."""
    mean, half = comparison.means[cell], comparison.half_width(cell)
    if mean is None:
        return {}
    reach = half if math.isfinite(half) else 0.0
    return {
        axis: mean,
        f"low_{axis}": round(mean - reach, 6),
        f"high_{axis}": round(mean + reach, 6),
        f"text_{axis}": format_figure(mean, half, score.digits),
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
            rows.append({**describe_cell(results, cell), "cell": name, "x": x, "y": y, **texts})
    return rows
