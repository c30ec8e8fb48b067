"""The cells of the paper on recorded speech, for the page and for the README."""

from collections.abc import Sequence

from tools.results.json_file import Cell, Run

README_SCORES = ("pesq", "estoi", "hoyer", "hoyer_above_gaussian", "effective_dims", "likelihood")


def find_published(run: Run) -> Sequence[Cell]:
    """Return the cells of a run that the paper has figures of."""
    return [cell for cell in run["cells"] if cell["published"]]


def replace_table(text: str, table: str) -> str:
    """Return a page with another table in place of the one that has the same first columns."""
    start = table.splitlines()[0]
    before, _, rest = text.partition(start)
    if not rest:
        raise ValueError(f"the page has no table that begins with {start!r}")
    _, _, after = rest.partition("\n\n")
    return f"{before}{table}\n\n{after}"
