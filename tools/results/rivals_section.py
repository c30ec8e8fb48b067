"""What the page says in short of the models that the paper has no figures of."""

from collections.abc import Sequence

from tools.results.formatting import Cell, find_told, label, list_differences, name_cells
from tools.results.kept_quality import SPARSITY, keeps_quality

CONTROL = ("pesq", "estoi", "hoyer", "hoyer_above_gaussian", "effective_dims", "likelihood")


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


def describe_control(pair: Cell) -> str:
    """Return sentences on what variances for each frame change in SDM-VAE.

    Args:
        pair: SDM-VAE (``cell``), the same with shared variances (``base``), and the differences.
    """
    return (
        "What do variances for each frame change, beside one variance for all frames? "
        f"`{pair['cell']}` minus `{pair['base']}`, the same model with one variance per atom, is: "
        f"{list_differences(pair, CONTROL)}."
    )
