"""Differences of every cell from its baseline, and verdicts in words where seeds allow them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics.findings import Difference
from sdmvae.report import variants
from sdmvae.report.comparison import Comparison, half_width, keeps_quality
from sdmvae.report.formatting import format_figure

DIGITS = 3  # of a difference: the margin of ESTOI is about 0.01
SPARSITY = "hoyer_above_gaussian"
SPARSITY_WORDS = {Difference.HIGHER: "sparser", Difference.LOWER: "less sparse"}
# The scores whose differences are shown, with words for verdicts where they have their own.
SHOWN: dict[str, Mapping[Difference, str]] = {
    "pesq": {},
    "estoi": {},
    SPARSITY: SPARSITY_WORDS,
    "hoyer": SPARSITY_WORDS,
}


def compare_with_baseline(
    cells: Sequence[Mapping[str, Any]], comparisons: Mapping[str, Comparison]
) -> list[dict[str, Any]]:
    """Return a table for each latent dimension with a baseline: the differences from it.

    A table has `m`, the `base`, the `rows` and the `groups` of their cells. A row has a `cell` and
    its `differences` in the scores of `SHOWN`, as `describe_difference` returns them.
    """
    baselines = variants.find_baselines(cells)
    tables: dict[int, dict[str, Any]] = {}
    for cell in cells:
        name = cell["cell"]
        if name in baselines:
            table = {"m": cell["m"], "base": baselines[name], "rows": []}
            differences = [
                describe_difference(comparisons[score], name, words)
                for score, words in SHOWN.items()
            ]
            row = {"cell": name, "differences": differences}
            tables.setdefault(cell["m"], table)["rows"].append(row)
    return [
        {**table, "groups": group_cells([row["cell"] for row in table["rows"]], comparisons)}
        for _, table in sorted(tables.items())
    ]


def describe_columns(comparisons: Mapping[str, Comparison]) -> list[dict[str, str]]:
    """Return the `label` of each score of `SHOWN`, and the `level` of its intervals in per cent.

    The differences of all cells in one score have intervals of the same level, since they are one
    family. The level is empty if there are none.
    """
    columns = []
    for score in SHOWN:
        findings = comparisons[score].differences.values()
        levels = [finding.level for finding in findings if finding.interval is not None]
        level = f"{100 * levels[0]:.3g}" if levels else ""
        columns.append({"label": SCORES[score].label, "level": level})
    return columns


def group_cells(
    cells: Sequence[str], comparisons: Mapping[str, Comparison]
) -> dict[str, list[str]]:
    """Group cells by the verdicts on their sparsity and quality, the most welcome outcome first.

    A cell keeps the quality if it does so in every score with a margin. A cell without a verdict is
    in no group.
    """
    sparsities = ("sparser", f"sparsity {Difference.NOT_TOLD_APART}", "less sparse")
    groups: dict[str, list[str]] = {
        f"{sparsity}, {quality}": []
        for sparsity in sparsities
        for quality in ("keeps the quality", "not shown to keep the quality")
    }
    for cell in cells:
        finding = comparisons[SPARSITY].differences.get(cell)
        keeps = keeps_quality(comparisons, cell)
        if finding is not None and finding.verdict is not None and keeps is not None:
            sparsity = SPARSITY_WORDS.get(finding.verdict, sparsities[1])
            quality = "keeps the quality" if keeps else "not shown to keep the quality"
            groups[f"{sparsity}, {quality}"].append(cell)
    return {label: members for label, members in groups.items() if members}


def describe_difference(
    comparison: Comparison, cell: str, words: Mapping[Difference, str]
) -> dict[str, Any]:
    """Describe how a score of a cell differs from that of its baseline.

    Args:
        comparison: The score.
        cell: The name of the cell.
        words: Words for verdicts in place of their own.

    Returns:
        The difference with its interval as `text`, the `words` for its verdicts, and its `kind`:
        "up" if the cell is better, "down" if it is worse, and "level" otherwise. The words are
        empty if there is no verdict.
    """
    finding = comparison.differences.get(cell)
    if finding is None:
        return {"text": "–", "words": "", "kind": "level"}
    half = half_width(finding.interval)
    text = format_figure(finding.estimate.value, half, DIGITS, signed=True)
    told = []
    if finding.verdict is not None:
        told.append(words.get(finding.verdict, finding.verdict.value))
    quality = comparison.qualities.get(cell)
    if quality is not None and quality.verdict is not None:
        told.append(f"{quality.verdict} the quality within {comparison.margin:g}")
    return {"text": text, "words": ", ".join(told), "kind": _find_kind(comparison, finding.verdict)}


def _find_kind(comparison: Comparison, verdict: Difference | None) -> str:
    if verdict is None or verdict is Difference.NOT_TOLD_APART or comparison.better is None:
        return "level"
    return "up" if verdict.value == comparison.better else "down"
