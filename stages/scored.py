"""A cell with its scores, as the table, the plots and the report take it."""

import json
from pathlib import Path
from typing import Any

from sdmvae.params import Cell, Params

SCORES = Path("data/scores")


def row(settings: Params, cell: Cell) -> dict[str, Any]:
    """The cell's name, model, arguments, m, and the keys of tables.summarise."""
    variant = settings.variants[cell.variant]
    summary = json.loads((SCORES / cell.name / "summary.json").read_text())
    return {
        "cell": cell.name,
        "model": variant.model,
        "arguments": variant.arguments,
        "m": cell.m,
        **summary,
    }
