"""Comparison of every cell with the baseline, in words that the intervals support."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sdmvae.report import variants
from sdmvae.report.comparison import Comparison
from sdmvae.report.formatting import format_figure

NO_CLEAR_DIFFERENCE, NO_INTERVAL = "no clear difference", "no interval"


def compare_with_baseline(
    cells: Iterable[Mapping[str, Any]], comparisons: Mapping[str, Comparison]
) -> list[dict[str, Any]]:
    """Compare every cell with the baseline of the same latent dimension, where there is one.

    The baseline is the first cell whose model says of itself that it is one. Differences are
    paired by utterance. A score is called better or worse only if the interval of its difference
    does not contain zero.
    """
    cells = list(cells)
    baselines = {
        model: variants.find_model(model).is_baseline for model in {cell["model"] for cell in cells}
    }
    tables = []
    for m in sorted({cell["m"] for cell in cells}):
        same_m = [cell for cell in cells if cell["m"] == m]
        base = next((cell["cell"] for cell in same_m if baselines[cell["model"]]), None)
        if base is None or len(same_m) == 1:
            continue
        rows = [
            _compare_cell(comparisons, cell["cell"], base)
            for cell in same_m
            if cell["cell"] != base
        ]
        tables.append({"m": m, "base": base, "groups": group_cells(rows), "rows": rows})
    return tables


def group_cells(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Group cells by how their sparsity and quality differ, the most welcome outcome first."""
    quality = {
        "better": "better PESQ",
        NO_CLEAR_DIFFERENCE: f"{NO_CLEAR_DIFFERENCE} in PESQ",
        "worse": "worse PESQ",
    }
    groups: dict[str, list[str]] = {
        f"{sparsity}, {text}": []
        for sparsity in ("sparser", "not sparser")
        for text in quality.values()
    }
    for row in rows:
        if row["quality"]["word"] in quality and row["sparsity"]["word"] != NO_INTERVAL:
            sparsity = "sparser" if row["sparsity"]["word"] == "sparser" else "not sparser"
            groups[f"{sparsity}, {quality[row['quality']['word']]}"].append(row["cell"])
    return {label: cells for label, cells in groups.items() if cells}


def describe_difference(
    comparison: Comparison, cell: str, other: str, better: str, worse: str
) -> dict[str, str]:
    """Describe how a score of `cell` differs from that of `other`.

    Args:
        comparison: The score.
        cell: The name of the cell.
        other: The name of the cell that it is compared with.
        better: The word for a clear improvement.
        worse: The word for a clear loss.

    Returns:
        The difference as `text`, the `word` for it, and its `kind`: "up" for a clear improvement,
        "down" for a clear loss, "level" otherwise.
    """
    difference = comparison.difference(cell, other)
    if not math.isfinite(difference.mean) or None in (
        comparison.means[cell],
        comparison.means[other],
    ):
        return {"text": "–", "word": "", "kind": "level"}
    text = format_figure(difference.mean, difference.half, signed=True)
    if not math.isfinite(difference.half):
        return {"text": text, "word": NO_INTERVAL, "kind": "level"}
    if difference.contains_zero:
        return {"text": text, "word": NO_CLEAR_DIFFERENCE, "kind": "level"}
    if comparison.improvement(cell, other).mean > 0:
        return {"text": text, "word": better, "kind": "up"}
    return {"text": text, "word": worse, "kind": "down"}


def _compare_cell(comparisons: Mapping[str, Comparison], cell: str, base: str) -> dict[str, Any]:
    words = ("sparser", "less sparse")
    sparsity = comparisons["hoyer_above_gaussian"]
    return {
        "cell": cell,
        "quality": describe_difference(comparisons["pesq"], cell, base, "better", "worse"),
        "sparsity": describe_difference(sparsity, cell, base, *words),
        "hoyer": describe_difference(comparisons["hoyer"], cell, base, *words),
    }
