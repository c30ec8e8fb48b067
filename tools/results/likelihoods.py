"""What the page says of the log-likelihood of all cells."""

from collections.abc import Sequence

from tools.results.formatting import find_told, name_cells, name_most
from tools.results.json_file import Cell


def describe_likelihoods(cells: Sequence[Cell]) -> str:
    """Return sentences about the log-likelihood under the prior that is fitted after training."""
    name = "likelihood"
    known = [cell for cell in cells if name in cell["scores"]]
    best = [cell for cell in known if name in cell["best"]]
    lacking = [cell for cell in cells if name not in cell["scores"]]
    higher = find_told(known, name, "higher")
    sentences = []
    if best:
        sentences.append(
            f"These are not shown to be worse than the best: {name_most(best, known)}."
        )
    if higher:
        sentences.append(f"It is shown to be higher than the VAE's for {name_cells(higher)}.")
    else:
        sentences.append("It is not shown to be higher than the VAE's for any cell.")
    if lacking:
        sentences.append(f"{name_cells(lacking)} {'has' if len(lacking) == 1 else 'have'} none.")
    return " ".join(sentences)
