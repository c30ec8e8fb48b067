"""What the page says in short of the models that the paper has no figures of."""

from collections.abc import Sequence

from tools.results.formatting import (
    find_told,
    label,
    list_differences,
    name_cells,
    told_difference,
)
from tools.results.json_file import Cell, Run
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


def describe_scales(run: Run) -> str:
    """Return sentences on whether a higher Hoyer needs variances for each frame.

    Args:
        run: A run as `collect` describes it, with a control.
    """
    pair, cells = run["control"][0], {cell["cell"]: cell for cell in run["cells"]}
    own, base = cells[pair["cell"]], cells[pair["base"]]
    higher = bool(find_told([base], "hoyer", "higher"))
    return (
        f"SDM-VAE with one variance per atom for all frames (`{base['cell']}`) has a "
        f"{label('hoyer')} that differs from the VAE's by {told_difference(base, 'hoyer')}, where "
        f"`{own['cell']}` has {told_difference(own, 'hoyer')}."
        f"{' So a higher Hoyer does not need variances for each frame.' if higher else ''} "
        f"In {label(SPARSITY)}, where each dimension is divided by its standard deviation, they "
        f"have {told_difference(base, SPARSITY)} and {told_difference(own, SPARSITY)}."
    )
