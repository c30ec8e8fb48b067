"""The tables of what codes tell."""

from collections.abc import Mapping
from typing import Any

from tools.results.formatting import table
from tools.results.json_file import Run

COUNTS = ("1", "2", "4", "8", "16", "all")
HIGHER, LOWER = "higher", "lower"


def find_probes(files: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the files that were collected of probes, by the name of the run."""
    return {
        name.removeprefix("probes-"): file
        for name, file in files.items()
        if name.startswith("probes-")
    }


def probes_table(target: Mapping[str, Any]) -> str:
    """Return a table of one target, with a column for each number of entries kept.

    A value in bold is told apart from that of the VAE and above it; one with ↓ is below.
    """
    rows = [
        [f"`{row['name']}`", *(_mark(row["values"].get(count)) for count in COUNTS)]
        for row in target["rows"]
    ]
    return table(["code", *COUNTS], rows)


def stability_table(run: Run) -> str:
    """Return a table of how much of a code recurs with another seed."""
    rows = [
        [f"`{row['cell']}`", row["of"], f"{row['matched']:.3f}", f"{row['control']:.3f}"]
        for row in run["stability"]
    ]
    return table(["cell", "of", "matched", "control"], rows)


def _mark(value: Mapping[str, Any] | None) -> str:
    if value is None or value["value"] is None:
        return "–"
    text = f"{value['value']:.3f}".replace("-", "−")
    if value["verdict"] == HIGHER:
        return f"**{text}**"
    return f"{text} ↓" if value["verdict"] == LOWER else text
