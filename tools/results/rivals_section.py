"""What the page says in short of the models that the paper has no figures of."""

from collections.abc import Callable, Sequence

from tools.results.formatting import Cell, label, name_cells
from tools.results.kept_quality import SPARSITY

QUALITY = ("pesq", "estoi")


def describe_rivals(cells: Sequence[Cell]) -> str:
    """Return a sentence on what is shown of the cells, each beside the VAE of the same m.

    Args:
        cells: Cells with their differences from the VAE.
    """

    def keep_quality(cell: Cell) -> bool:
        return {cell["keeps"].get(name, {}).get("verdict") for name in QUALITY} == {"keeps"}

    parts = [
        _name("a higher PESQ", cells, _is("pesq", "higher")),
        _name("a lower PESQ", cells, _is("pesq", "lower")),
        _name("the same quality within the margins", cells, keep_quality),
        _name(f"a higher {label(SPARSITY)}", cells, _is(SPARSITY, "higher")),
    ]
    return f"Against the VAE of the same m, this is shown: {'; '.join(parts)}."


def _is(score: str, verdict: str) -> Callable[[Cell], bool]:
    return lambda cell: cell["differences"].get(score, {}).get("verdict") == verdict


def _name(what: str, cells: Sequence[Cell], holds: Callable[[Cell], bool]) -> str:
    found = [cell for cell in cells if holds(cell)]
    return f"{what} for {name_cells(found) if found else 'none'}"
