"""Tables that DVC's plot templates draw."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sdmvae.evaluation.scores import SCORES
from sdmvae.figures.training_curves import compute_validation_bound


def describe_corpus(name: str, synthesiser: str | None) -> str:
    """Return the name of a corpus, with a label if its speech is synthetic.

    Args:
        name: The name of the corpus.
        synthesiser: The name of what spoke it; None for recordings of people.
    """
    return f"{name} (synthetic speech, spoken by {synthesiser})" if synthesiser else name


def tabulate_curves(
    cells: Sequence[Mapping[str, Any]], curves: Mapping[str, pd.DataFrame], corpus: str
) -> pd.DataFrame:
    """Return the training curves of all cells, one row per cell and epoch.

    Args:
        cells: The cells, with the keys ``cell``, ``model`` and ``m``.
        curves: The training curve of each cell, by the name of the cell.
        corpus: What `describe_corpus` returns.

    Returns:
        A table with the columns ``cell``, ``m``, ``model``, ``corpus``, ``epoch``,
        ``train_loss``, ``validation_loss``, ``hoyer_above_gaussian`` and ``validation_bound``.
        Losses and bounds are in nats per frame.
    """
    tables = []
    for cell in cells:
        curve = curves[cell["cell"]]
        columns = ["epoch", "train_loss", "validation_loss", "hoyer_above_gaussian"]
        table = curve[columns].assign(validation_bound=compute_validation_bound(curve))
        names = {key: cell[key] for key in ("cell", "m", "model")} | {"corpus": corpus}
        tables.append(pd.DataFrame(names, index=table.index).join(table))
    return pd.concat(tables, ignore_index=True)


def tabulate_scores(cells: Sequence[Mapping[str, Any]], corpus: str) -> pd.DataFrame:
    """Return the scores of all cells, one row per cell.

    Args:
        cells: The cells, with the keys ``cell``, ``model``, ``m`` and their scores.
        corpus: What `describe_corpus` returns.

    Returns:
        A table with the columns ``cell``, ``model``, ``m``, ``corpus`` and one for each score. A
        score that a cell does not have is left empty.
    """
    rows = pd.DataFrame(cells, columns=["cell", "model", "m", *SCORES])
    rows.insert(3, "corpus", corpus)
    return rows
