"""The tables of the scores of all cells, and of their differences from the VAE."""

from collections.abc import Sequence

from sdmvae.evaluation.scores import SCORES
from tools.results.formatting import label, score, table, told_difference
from tools.results.json_file import Cell
from tools.results.kept_quality import keeps_quality

# What the pages of recorded speech show.
SHOWN = (
    "pesq",
    "estoi",
    "hoyer",
    "hoyer_above_gaussian",
    "effective_dims",
    "dims_in_use",
    "likelihood",
)
DIFFERENCES = ("pesq", "estoi", "hoyer", "hoyer_above_gaussian", "likelihood")


def scores_table(cells: Sequence[Cell], names: Sequence[str]) -> str:
    """Return a table of scores, with the published figure beside a score that has one.

    A score in bold is not shown to be worse than the best one; only three seeds or more tell this.
    """
    header, columns = ["cell"], []
    for name in names:
        header.append(SCORES[name].label)
        columns.append((name, False))
        if SCORES[name].published and any(cell["published"] for cell in cells):
            header.append("published")
            columns.append((name, True))
    rows = []
    for cell in cells:
        row = [f"`{cell['cell']}`"]
        for name, is_published in columns:
            key = SCORES[name].published
            if is_published:
                row.append(f"{cell['published'][key]:.2f}" if cell["published"] and key else "–")
            else:
                text = score(cell, name)
                row.append(f"**{text}**" if name in cell["best"] else text)
        rows.append(row)
    return table(header, rows)


def differences_table(cells: Sequence[Cell], names: Sequence[str]) -> str:
    """Return a table of the differences from the VAE of the same m, with what they show."""
    rows = []
    for cell in cells:
        if not cell["differences"]:
            continue
        row = [f"`{cell['cell']}`", *(told_difference(cell, name) for name in names)]
        row.append({True: "yes", False: "not shown", None: "–"}[keeps_quality(cell)])
        rows.append(row)
    return table(["cell", *map(label, names), "keeps quality"], rows)
