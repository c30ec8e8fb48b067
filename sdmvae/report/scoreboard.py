"""Section of the page: the table of all cells, with published figures beside ours."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES, Score
from sdmvae.evaluation.statistics.estimates import Scope
from sdmvae.evaluation.tables import format_count
from sdmvae.report.comparison import COMPARED, Comparison, find_scope
from sdmvae.report.formatting import format_number
from sdmvae.report.published import find_published

NOT_WORSE = "◆"  # than the best cell of the column
# They have no parts to compare, and so neither intervals nor marks.
OF_WHOLE_CELLS = [score for score in SCORES.values() if score.in_table and score.per == "cell"]


@dataclass(frozen=True)
class Figure:
    """One figure of the table.

    Attributes:
        text: How it is shown.
        value: What the table sorts it by; None is sorted last.
        mark: `NOT_WORSE` or nothing.
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
    scope = find_scope(comparisons)
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
                    cell, comparisons, with_published, published[cell["cell"]]
                ),
            }
            for cell in cells
        ],
        "published": any_published,
        "scope": scope,
        "intervals": scope is not Scope.NOTHING,
        "mark": NOT_WORSE if any(each.best for each in comparisons.values()) else "",
        "error": results.settings.compare.error,
        "seeds": len(results.settings.train.seeds),
        "unscored": [
            f"{cell['cell']}: {format_count(cell['utterances'] - cell['utterances_scored'])}"
            for cell in cells
            if cell["utterances_scored"] < cell["utterances"]
        ],
        "all_zero": [
            f"{cell['cell']}: {format_count(cell['frames_all_zero'])} of {cell['frames']}"
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
    return columns + [
        {"title": score.label, "description": describe_score(score), "kind": "ours"}
        for score in OF_WHOLE_CELLS
    ]


def _build_figures(
    cell: Mapping[str, Any],
    comparisons: Mapping[str, Comparison],
    with_published: set[str],
    published: Mapping[str, float | None],
) -> list[Figure]:
    figures = []
    for score in COMPARED:
        comparison = comparisons[score.name]
        mean, half = comparison.means[cell["cell"]], comparison.half_width(cell["cell"])
        figures.append(
            Figure(
                _write(mean, score),
                mean,
                NOT_WORSE if cell["cell"] in comparison.best else "",
                f"{half:.{score.digits}f}" if math.isfinite(half) else "",
            )
        )
        if score.name in with_published:
            figure = published[score.name]
            figures.append(Figure(_write(figure, score), figure))
    whole = [(score, cell.get(score.name)) for score in OF_WHOLE_CELLS]
    return figures + [Figure(_write(value, score), value) for score, value in whole]


def _write(value: float | None, score: Score) -> str:
    return format_number(math.nan if value is None else value, score.digits)
