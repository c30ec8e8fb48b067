"""What the page says of the rivals: kept quality, sparsity, log-likelihood."""

from collections.abc import Sequence

from tools.results.formatting import Cell, name_cells, name_most
from tools.results.kept_quality import keeps_pesq


def kept_cells(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that are shown to lose less PESQ than the margin against the VAE."""
    return [cell for cell in cells if keeps_pesq(cell)]


def sparser_cells(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells whose Hoyer above Gaussian is higher than the VAE's, the highest first."""
    name = "hoyer_above_gaussian"
    told = [cell for cell in cells if cell["differences"][name]["verdict"] == "higher"]
    return sorted(told, key=lambda cell: -float(cell["differences"][name]["value"]))


def describe_likelihoods(cells: Sequence[Cell]) -> str:
    """Return sentences about the log-likelihood under the prior that is fitted after training."""
    name = "likelihood"
    known = [cell for cell in cells if name in cell["scores"]]
    best = [cell for cell in known if name in cell["best"]]
    lacking = [cell for cell in cells if name not in cell["scores"]]
    higher = [
        cell
        for cell in known
        if name in cell["differences"] and cell["differences"][name]["verdict"] == "higher"
    ]
    sentences = (
        [f"Not worse than the best in log-likelihood: {name_most(best, known)}."] if best else []
    )
    if higher:
        sentences.append(f"It is shown to be higher than the VAE's for {name_cells(higher)}.")
    else:
        sentences.append("It is not shown to be higher than the VAE's for any cell.")
    if lacking:
        sentences.append(f"{name_cells(lacking)} {'has' if len(lacking) == 1 else 'have'} none.")
    return " ".join(sentences)
