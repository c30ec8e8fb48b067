"""What the page says in short of the models that the paper has no figures of."""

from collections.abc import Sequence

from tools.results.formatting import Cell, find_told, label, name_cells
from tools.results.kept_quality import SPARSITY, keeps_quality


def describe_rivals(cells: Sequence[Cell]) -> str:
    """Return a sentence on what is shown of the cells, each beside the VAE of the same m.

    Args:
        cells: Cells with their differences from the VAE.
    """
    shown = {
        "a higher PESQ": find_told(cells, "pesq", "higher"),
        "a lower PESQ": find_told(cells, "pesq", "lower"),
        "the same quality within the margins": [cell for cell in cells if keeps_quality(cell)],
        f"a higher {label(SPARSITY)}": find_told(cells, SPARSITY, "higher"),
    }
    parts = (
        f"{what} for {name_cells(found) if found else 'none'}" for what, found in shown.items()
    )
    return f"Against the VAE of the same m, this is shown: {'; '.join(parts)}."
