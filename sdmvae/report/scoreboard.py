"""Section of the page: the table of all cells, with published figures beside ours."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES, Score
from sdmvae.report.comparison import COMPARED, Comparison
from sdmvae.report.formatting import format_number
from sdmvae.report.published import find_published

BEST, CLOSE_TO_BEST = "★", "≈"


@dataclass(frozen=True)
class Figure:
    """One figure of the table.

    Attributes:
        text: How it is shown.
        value: What the table sorts it by; None is sorted last.
        mark: `BEST`, `CLOSE_TO_BEST` or nothing.
        half: Half the width of its interval, as text; empty if there is none.
    """

    text: str
    value: float | None
    mark: str = ""
    half: str = ""


def build_section(results: Results, comparisons: Mapping[str, Comparison]) -> dict[str, Any]:
    """Return what table.html shows: columns, rows, and what is missing from them.

    Args:
        results: The outputs of the run.
        comparisons: What `comparison.compare` returns for them.
    """
    published = {
        cell["cell"]: {score.name: find_published(cell, score) for score in COMPARED}
        for cell in results.cells
    }
    any_published = any(
        figure is not None for figures in published.values() for figure in figures.values()
    )
    with_published = {score.name for score in COMPARED if score.published and any_published}
    marks = {name: _mark(comparison) for name, comparison in comparisons.items()}
    cells = sorted(
        results.cells,
        key=lambda cell: all(figure is None for figure in published[cell["cell"]].values()),
    )
    return {
        "columns": _build_columns(with_published),
        "rows": [
            {
                "cell": cell["cell"],
                "model": cell["model"],
                "m": cell["m"],
                "figures": _build_figures(
                    cell, comparisons, marks, with_published, published[cell["cell"]]
                ),
            }
            for cell in cells
        ],
        "published": any_published,
        "intervals": any(
            math.isfinite(comparisons["pesq"].interval(cell["cell"]).half) for cell in cells
        ),
        "unscored": [
            f"{cell['cell']}: {cell['utterances'] - cell['utterances_scored']}"
            for cell in cells
            if cell["utterances_scored"] < cell["utterances"]
        ],
        "all_zero": [
            f"{cell['cell']}: {cell['frames_all_zero']} of {cell['frames']}"
            for cell in cells
            if cell["frames_all_zero"]
        ],
    }


def describe_score(score: Score) -> str:
    """Return what a score measures, in which unit, and whether higher or lower is better."""
    unit = f" It is in {score.unit}." if score.unit else ""
    better = f" {score.better.capitalize()} is better." if score.better else ""
    return score.description + unit + better


def _build_columns(with_published: set[str]) -> list[dict[str, str]]:
    columns = []
    for score in COMPARED:
        description = describe_score(score)
        columns.append({"title": score.label, "description": description, "kind": "ours"})
        if score.name in with_published:
            description = f"This is {score.label} as published."
            columns.append({"title": score.label, "description": description, "kind": "published"})
    dims = SCORES["dims"]
    return [*columns, {"title": dims.label, "description": dims.description, "kind": "ours"}]


def _build_figures(
    cell: Mapping[str, Any],
    comparisons: Mapping[str, Comparison],
    marks: Mapping[str, Mapping[str, str]],
    with_published: set[str],
    published: Mapping[str, float | None],
) -> list[Figure]:
    figures = []
    for score in COMPARED:
        interval = comparisons[score.name].interval(cell["cell"])
        figures.append(
            Figure(
                format_number(interval.mean, score.digits),
                interval.mean if math.isfinite(interval.mean) else None,
                marks[score.name].get(cell["cell"], ""),
                f"{interval.half:.{score.digits}f}" if math.isfinite(interval.half) else "",
            )
        )
        if score.name in with_published:
            figure = published[score.name]
            figures.append(
                Figure(format_number(math.nan if figure is None else figure, score.digits), figure)
            )
    return [*figures, Figure(str(cell["dims"]), cell["dims"])]


def _mark(comparison: Comparison) -> dict[str, str]:
    """Return the marks of a column, by cell."""
    marks = dict.fromkeys(comparison.close_to_best, CLOSE_TO_BEST)
    return {**marks, **({comparison.best: BEST} if comparison.best else {})}
