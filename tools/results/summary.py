"""The sentences at the top of the page: what the runs show, in short."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.results.formatting import Cell, difference, is_told, label
from tools.results.kept_quality import SPARSITY, keeps_pesq
from tools.results.purposes import find_best_quality


def describe_best(cells: Sequence[Cell]) -> str:
    """Return the cells with the best quality, with what they gain in PESQ against the VAE."""
    return (
        "**Best quality**, not worse than any cell in PESQ and ESTOI, with the difference in PESQ "
        f"from the VAE of the same m: {_list(find_best_quality(cells), 'pesq')}."
    )


def describe_sparsest(cells: Sequence[Cell]) -> str:
    """Return the cells that are sparser than the VAE and keep its PESQ, the sparsest first."""
    told = [
        cell
        for cell in cells
        if keeps_pesq(cell) and cell["differences"][SPARSITY]["verdict"] == "higher"
    ]
    told.sort(key=lambda cell: -float(cell["differences"][SPARSITY]["value"]))
    return (
        "**Sparser than the VAE without a loss of PESQ**, with the difference in "
        f"{label(SPARSITY)}: {_list(told, SPARSITY)}."
    )


def describe_recipes(file: Mapping[str, Any]) -> str:
    """Return what our recipe gains over that of the authors: the least and the most of all cells.

    Args:
        file: A comparison of runs, as `recipes_section.recipes_table` takes it.
    """
    cells = [
        {"cell": cell, "differences": found}
        for cell, found in file["others"][0]["differences"].items()
    ]
    gains = "; ".join(_describe_range(cells, score) for score in ("pesq", "estoi", SPARSITY))
    return f"**Our recipe minus that of the authors**: {gains}."


def _describe_range(cells: Sequence[Cell], score: str) -> str:
    order = sorted(cells, key=lambda cell: float(cell["differences"][score]["value"]))
    ends = [order[0], order[-1]] if len(order) > 1 else order
    shown = " to ".join(f"{difference(cell, score)} for `{cell['cell']}`" for cell in ends)
    told = sum(is_told(cell["differences"][score]) for cell in cells)
    return f"{label(score)} {shown}, told apart for {told} of {len(cells)} cells"


def _list(cells: Sequence[Cell], name: str) -> str:
    return ", ".join(f"`{cell['cell']}` {difference(cell, name)}" for cell in cells) or "no cell"
