"""Tables that DVC's plot templates draw."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

SCORES = (
    "pesq",
    "stoi",
    "estoi",
    "si_sdr",
    "hoyer",
    "hoyer_normalised",
    "reconstruction",
    "kl",
    "iwae",
)


def curves(cells: list[Mapping[str, Any]], epochs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Training curves of all cells, one row a cell and epoch; losses in nats a frame.

    `cells` have `cell`, `model` and `m`; `epochs` by cell the columns of training.Epoch.
    """
    columns = {"epoch": "epoch", "train_loss": "training_loss"}
    columns |= {"validation_loss": "validation_loss"}
    parts = []
    for cell in cells:
        part = epochs[cell["cell"]][list(columns)].rename(columns=columns)
        named = {"cell": cell["cell"], "m": cell["m"], "model": cell["model"]}
        parts.append(pd.DataFrame(named, index=part.index).join(part))
    return pd.concat(parts, ignore_index=True)


def scatter(cells: list[Mapping[str, Any]], corpus: str) -> pd.DataFrame:
    """Scores of all cells on a corpus, one row a cell: the keys of tables.summarise to be seen."""
    rows = pd.DataFrame(cells, columns=["cell", "model", "m", *SCORES])
    rows.insert(3, "corpus", corpus)
    return rows
