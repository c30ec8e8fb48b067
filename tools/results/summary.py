"""The sentences at the top of the page: what the runs show, in short."""

from collections.abc import Sequence

from tools.results.formatting import FEW, difference, find_told, is_told, label, name_cells
from tools.results.json_file import Cell, File
from tools.results.kept_quality import SPARSITY, keeps_pesq
from tools.results.purposes import find_best_quality


def describe_best(cells: Sequence[Cell]) -> str:
    """Return the cells with the best quality, with what they gain in PESQ against the VAE."""
    return (
        "**Best quality**, not shown to be worse than any cell in PESQ and ESTOI, with the "
        f"difference in PESQ from the VAE of the same m: {_list(find_best_quality(cells), 'pesq')}."
    )


def describe_sparsest(cells: Sequence[Cell]) -> str:
    """Return the cells that are sparser than the VAE and keep its PESQ, the sparsest first."""
    told = [cell for cell in find_told(cells, SPARSITY, "higher") if keeps_pesq(cell)]
    told.sort(key=lambda cell: -float(cell["differences"][SPARSITY]["value"]))
    return (
        "**Sparser than the VAE without a loss of PESQ**, with the difference in "
        f"{label(SPARSITY)}: {_list(told, SPARSITY)}."
    )


def describe_recipes(file: File) -> str:
    """Return in how many cells our recipe is better than that of the authors, and by how much.

    Args:
        file: A comparison of runs, as `recipes_section.recipes_table` takes it.
    """
    cells = [
        {"cell": cell, "differences": found}
        for cell, found in file["others"][0]["differences"].items()
    ]
    gains = "; ".join(_describe_gains(cells, score) for score in ("pesq", "estoi", SPARSITY))
    return f"**Our recipe beside that of the authors**, in {len(cells)} cells: {gains}."


def _describe_gains(cells: Sequence[Cell], score: str) -> str:
    """Return which differences in a score are told apart: how many, and the greatest of them."""
    parts = []
    for verdict in ("higher", "lower"):
        told = find_told(cells, score, verdict)
        told.sort(key=lambda cell: -abs(float(cell["differences"][score]["value"])))
        if told:
            count = f"{len(told)}, most for " if len(told) > 1 else ""
            parts.append(f"{verdict} for {count}`{told[0]['cell']}` {difference(told[0], score)}")
    rest = [cell for cell in cells if not is_told(cell["differences"][score])]
    if rest:
        others = name_cells(rest) if len(rest) < FEW else "the others"
        parts.append(f"not told apart for {others if parts else 'any'}")
    *first, last = parts
    found = f"{', '.join(first)}, and {last}" if first else last
    return f"{label(score)} is {found}"


def _list(cells: Sequence[Cell], name: str) -> str:
    return ", ".join(f"`{cell['cell']}` {difference(cell, name)}" for cell in cells) or "no cell"
