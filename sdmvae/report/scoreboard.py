"""The table of all cells, to be sorted by any column: ours beside the published."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sdmvae.evaluation.published import published as published_figures
from sdmvae.evaluation.results import Results
from sdmvae.report.comparison import Compared

SCORES = {
    "pesq": ("PESQ", "speech quality, raw P.862, −0.5 to 4.5"),
    "stoi": ("STOI", "intelligibility, 0 to 1"),
    "estoi": ("ESTOI", "extended STOI, harder on speech that lost its modulation, 0 to 1"),
    "hoyer": ("Hoyer", "sparsity of the code: 0 all dimensions equal, 1 a single one"),
    "hoyer_normalised": (
        "Hoyer normalised",
        "the same, each dimension over its standard deviation, so that idle ones do not count",
    ),
    "iwae": ("Bound", "importance-weighted bound on the log-likelihood, nats a frame"),
}
PUBLISHED = {"pesq": 0, "stoi": 1, "hoyer": 2}


@dataclass(frozen=True)
class Figure:
    """One place of the table: its text, what it sorts by (None last), its mark and interval."""

    text: str
    value: float | None
    mark: str = ""
    half: str = ""


def section(results: Results, compared: Mapping[str, Compared]) -> dict[str, Any]:
    """Columns, rows of figures, and what is told below the table."""
    published = {
        cell["cell"]: published_figures(cell["model"], cell["arguments"], cell["m"])
        for cell in results.cells
    }
    beside = {name: place for name, place in PUBLISHED.items() if any(published.values())}
    marks = {name: _marks(each) for name, each in compared.items()}
    ordered = sorted(results.cells, key=lambda cell: published[cell["cell"]] is None)
    return {
        "columns": _columns(beside),
        "rows": [
            {
                "cell": cell["cell"],
                "model": cell["model"],
                "m": cell["m"],
                "figures": _figures(cell, compared, marks, beside, published[cell["cell"]]),
            }
            for cell in ordered
        ],
        "published": bool(beside),
        "intervals": any(
            math.isfinite(compared["pesq"].interval(cell["cell"]).half) for cell in results.cells
        ),
        "unscored": [
            f"{cell['cell']}: {cell['utterances'] - cell['utterances_scored']}"
            for cell in ordered
            if cell["utterances_scored"] < cell["utterances"]
        ],
        "all_zero": [
            f"{cell['cell']}: {cell['frames_all_zero']} of {cell['frames']}"
            for cell in ordered
            if cell["frames_all_zero"]
        ],
    }


def _columns(beside: Mapping[str, int]) -> list[dict[str, str]]:
    columns = []
    for name, (title, what) in SCORES.items():
        columns.append({"title": title, "what": what, "kind": "ours"})
        if name in beside:
            columns.append({"title": title, "what": f"{title} as published", "kind": "published"})
    active = "dimensions of the code in use: over 1 % of the largest variance"
    return [*columns, {"title": "Active", "what": active, "kind": "ours"}]


def _figures(
    cell: Mapping[str, Any],
    compared: Mapping[str, Compared],
    marks: Mapping[str, Mapping[str, str]],
    beside: Mapping[str, int],
    published: tuple[float, float, float] | None,
) -> list[Figure]:
    figures = []
    for name in SCORES:
        interval = compared[name].interval(cell["cell"])
        digits = 0 if name == "iwae" else 2
        figures.append(
            Figure(
                shown(interval.mean, math.nan, digits),
                interval.mean if math.isfinite(interval.mean) else None,
                marks[name].get(cell["cell"], ""),
                f"{interval.half:.{digits}f}" if math.isfinite(interval.half) else "",
            )
        )
        if name in beside:
            figure = published[beside[name]] if published else None
            figures.append(Figure("–" if figure is None else f"{figure:.2f}", figure))
    return [*figures, Figure(f"{cell['active_dims']}/{cell['dims']}", cell["active_dims"])]


def shown(mean: float, half: float, digits: int = 2) -> str:
    """A figure with its interval, or a dash where there is none."""
    if not math.isfinite(mean):
        return "–"
    text = f"{mean:.{digits}f}".replace("-", "−")
    return text + (f" ± {half:.{digits}f}" if math.isfinite(half) else "")


def _marks(each: Compared) -> dict[str, str]:
    return {**dict.fromkeys(each.level, "≈"), **({each.best: "★"} if each.best else {})}
