"""Section of the page: the chart of rate and distortion, with one point per cell."""

from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES
from sdmvae.report.points import (
    HEIGHT,
    describe_cell,
    draw_points,
    draw_variant_lines,
    draw_variant_names,
    encode_axis,
)
from sdmvae.report.vega import Spec, build_frame

RATES = [SCORES[name] for name in ("kl", "reconstruction", "objective", "iwae", "likelihood")]


def build_section(results: Results) -> dict[str, Any]:
    """Return what rates.html shows beside the chart: a table with the columns `RATES`."""
    return {
        "columns": RATES,
        "rows": [
            {"cell": cell["cell"], "values": [cell[score.name] for score in RATES]}
            for cell in results.cells
        ],
    }


def build_chart(results: Results) -> Spec:
    """Return the chart of reconstruction against KL, in nats per frame, one point per cell."""
    rows = [
        {
            **describe_cell(results, cell),
            "x": cell["kl"],
            "y": cell["reconstruction"],
            "objective": cell["objective"],
        }
        for cell in results.cells
        if cell["kl"] is not None and cell["reconstruction"] is not None
    ]
    x = encode_axis("x", f"rate: KL, {SCORES['kl'].unit}")
    y = encode_axis("y", f"distortion: reconstruction, {SCORES['reconstruction'].unit}")
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "x", "title": SCORES["kl"].label, "format": ".1f"},
        {"field": "y", "title": SCORES["reconstruction"].label, "format": ".1f"},
        {"field": "objective", "title": SCORES["objective"].label, "format": ".1f"},
    ]
    return {
        **build_frame("Reconstruction against KL, one point per cell", HEIGHT),
        "data": {"values": rows},
        "layer": [
            draw_variant_lines(x, y),
            draw_points(results, x, y, tooltip),
            draw_variant_names(x, y),
        ],
    }
