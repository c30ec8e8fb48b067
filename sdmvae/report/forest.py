"""Section of the page: forest plots of the differences of all cells from the VAE."""

import math
from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics.findings import Difference
from sdmvae.report import baseline, speakers, variants
from sdmvae.report.comparison import Comparison, find_scope
from sdmvae.report.formatting import format_number
from sdmvae.report.points import GREY, describe_cell
from sdmvae.report.vega import Spec, build_frame, encode_colour, encode_shape

SHOWN = ("pesq", baseline.SPARSITY)
ROW, LEAST_HEIGHT = 22, 90  # pixels


def build_section(results: Results, comparisons: Mapping[str, Comparison]) -> dict[str, Any] | None:
    """Return what forest.html shows beside its charts; None if no cell has a baseline.

    Args:
        results: The outputs of the run.
        comparisons: What `comparison.compare` returns for them.
    """
    charts = build_charts(results, comparisons)
    if not charts:
        return None
    levels = {column["label"]: column["level"] for column in baseline.describe_columns(comparisons)}
    shown = [comparisons[score] for score in SHOWN]
    return {
        "panels": [{"name": name, "label": chart["description"]} for name, chart in charts.items()],
        "scope": find_scope(comparisons),
        "levels": {
            label: levels[label]
            for label in (SCORES[score].label for score in SHOWN)
            if levels[label]
        },
        "margins": [
            f"{SCORES[score].label} ({comparisons[score].margin:g})"
            for score in SHOWN
            if comparisons[score].margin is not None
        ],
        "verdicts": any(finding.verdict for each in shown for finding in each.differences.values()),
        "speakers": [
            speakers.tabulate_differences(results, score, baseline.DIGITS) for score in SHOWN
        ],
    }


def build_charts(results: Results, comparisons: Mapping[str, Comparison]) -> dict[str, Spec]:
    """Return the chart of each score of `SHOWN` by name; none if no cell has a baseline.

    Args:
        results: The outputs of the run.
        comparisons: What `comparison.compare` returns for them.
    """
    charts = {}
    for score in SHOWN:
        rows = _build_rows(results, comparisons[score], score)
        if rows:
            charts[f"forest-{score}"] = _build_chart(results, rows, score, comparisons[score])
    return charts


def _build_rows(results: Results, comparison: Comparison, score: str) -> list[dict[str, Any]]:
    """Return a row for each cell with a difference, smallest latent dimension first."""
    words = baseline.SHOWN[score]
    bases = variants.find_baselines(results.cells)
    rows = []
    for cell in sorted(results.cells, key=lambda cell: cell["m"]):
        finding = comparison.differences.get(cell["cell"])
        if finding is None or not math.isfinite(finding.estimate.value):
            continue
        row = {
            **describe_cell(results, cell),
            "base": bases[cell["cell"]],
            "difference": round(finding.estimate.value, 6),
            "text": format_number(finding.estimate.value, baseline.DIGITS, signed=True),
            "verdict": baseline.describe_difference(comparison, cell["cell"], words)["words"],
        }
        row["hollow" if finding.verdict is Difference.NOT_TOLD_APART else "filled"] = True
        if finding.interval is not None:
            low, high = finding.interval
            ends = (format_number(end, baseline.DIGITS, signed=True) for end in (low, high))
            row |= {"low": round(low, 6), "high": round(high, 6), "interval": " to ".join(ends)}
        quality = comparison.qualities.get(cell["cell"])
        if quality is not None and quality.verdict is not None and quality.interval is not None:
            row["least"] = round(quality.interval.low, 6)
        rows.append(row)
    return rows


def _build_chart(
    results: Results, rows: list[dict[str, Any]], score: str, comparison: Comparison
) -> Spec:
    label = SCORES[score].label
    # A title in two lines fits on a narrow screen.
    title = ["difference in", label]
    x = {"field": "difference", "type": "quantitative", "title": title}
    place = {
        "x": x,
        "y": {
            "field": "cell",
            "type": "nominal",
            "sort": [row["cell"] for row in rows],
            "title": None,
        },
        "color": encode_colour(results),
    }
    point = {
        **place,
        "shape": encode_shape(results),
        "tooltip": [
            {"field": "cell", "title": "cell"},
            {"field": "base", "title": "minus"},
            {"field": "text", "title": f"difference in {label}"},
            {"field": "interval", "title": "interval"},
            {"field": "verdict", "title": "verdict"},
        ],
    }
    interval = {**place, "x": {**x, "field": "low"}, "x2": {"field": "high"}}
    mark = {"type": "point", "size": 90, "opacity": 1}
    hollow = {**mark, "filled": False, "fill": "white", "strokeWidth": 2}
    tick = {"type": "tick", "thickness": 2, "size": 12, "opacity": 1}
    layers = {
        "low": {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": interval},
        "least": {"mark": tick, "encoding": {**place, "x": {**x, "field": "least"}}},
        "filled": {"mark": {**mark, "filled": True}, "encoding": point},
        "hollow": {"mark": hollow, "encoding": point},
    }
    return {
        **build_frame(
            f"Difference in {label} of every cell from the VAE with the same m",
            max(LEAST_HEIGHT, ROW * len(rows)),
        ),
        "data": {"values": rows},
        "layer": [
            *_draw_lines(comparison),
            # Vega warns of a layer without rows.
            *(
                {"name": field, "transform": [{"filter": f"isValid(datum.{field})"}], **layer}
                for field, layer in layers.items()
                if any(field in row for row in rows)
            ),
        ],
    }


def _draw_lines(comparison: Comparison) -> list[Spec]:
    """Return a line at zero, and a dashed line at the margin if there is one."""
    rule = {"type": "rule", "color": GREY, "aria": False}
    lines: list[Spec] = [{"name": "zero", "mark": rule, "encoding": {"x": {"datum": 0}}}]
    if comparison.margin is not None:
        margin = comparison.margin if comparison.better == "lower" else -comparison.margin
        dashed = {**rule, "strokeDash": [5, 4]}
        lines.append({"name": "margin", "mark": dashed, "encoding": {"x": {"datum": margin}}})
    return lines
