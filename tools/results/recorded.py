"""The runs on recorded speech that the page shows: all cells in one, or those of each m in one."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tools.results.formatting import Cell
from tools.results.hyperprior_section import leave_out_hyperpriors

FIRST, OF_M64 = "librispeech", "librispeech-m64"
README_SCORES = ("pesq", "estoi", "hoyer", "hoyer_above_gaussian", "effective_dims", "likelihood")

Run = Mapping[str, Any]


class Family(NamedTuple):
    """Cells whose differences are in one family.

    Attributes:
        name: The name of the file that was collected.
        title: What they share, such as "m = 64"; empty if all cells are in one family.
        run: What was collected.
        cells: The cells of the paper.
    """

    name: str
    title: str
    run: Run
    cells: Sequence[Cell]


def find_families(runs: Mapping[str, Run]) -> list[Family]:
    """Return the runs on recorded speech with the cells of the paper that are shown of them.

    If the cells with m = 64 were collected of a run of their own, these stand in place of those of
    the first run.
    """
    first = _find_published(runs[FIRST])
    if OF_M64 not in runs:
        return [Family(FIRST, "", runs[FIRST], first)]
    later = _find_published(runs[OF_M64])
    dims = {cell["m"] for cell in later}
    return [
        Family(FIRST, "m = 32", runs[FIRST], [cell for cell in first if cell["m"] not in dims]),
        Family(OF_M64, "m = 64", runs[OF_M64], later),
    ]


def replace_table(text: str, table: str) -> str:
    """Return a page with another table in place of the one that has the same first columns."""
    start = "\n".join(table.splitlines()[:1])
    before, _, rest = text.partition(start)
    if not rest:
        raise ValueError(f"the page has no table that begins with {start!r}")
    _, _, after = rest.partition("\n\n")
    return f"{before}{table}\n\n{after}"


def _find_published(run: Run) -> list[Cell]:
    return [cell for cell in leave_out_hyperpriors(run) if cell["published"]]
