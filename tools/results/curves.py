"""Training curves of finished runs: the best epoch, and the epoch that reaches a loss."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sdmvae.figures.training_curves import find_best_epoch

Curves = Mapping[int, pd.DataFrame]


def read(data: Path, cell: str, seeds: Sequence[int]) -> dict[int, pd.DataFrame]:
    """Return the training curve of a cell for each seed.

    Args:
        data: The folder of all outputs of a run.
        cell: The name of the cell.
        seeds: The seeds.

    Raises:
        OSError: The cell has not been trained with a seed.
    """
    return {seed: pd.read_csv(data / "curves" / cell / f"{seed}.csv") for seed in seeds}


def describe(curves: Curves) -> dict[str, list[Any]]:
    """Return by seed the number of epochs, the best epoch and its validation loss."""
    best = [find_best_epoch(curve) for curve in curves.values()]
    return {
        "epochs": [len(curve) for curve in curves.values()],
        "best": [each.epoch for each in best],
        "loss": [each.loss for each in best],
    }


def find_first_epoch(curve: pd.DataFrame, loss: float) -> int | None:
    """Return the first epoch whose validation loss is at most `loss`; None if there is none."""
    reached = curve.loc[curve["validation_loss"] <= loss, "epoch"]
    return int(reached.iloc[0]) if len(reached) else None


def find_passes(base: Curves, other: Curves) -> list[int | None]:
    """Return by seed the first epoch of `other` that reaches the best loss of `base`.

    Only seeds that both have count.
    """
    return [
        find_first_epoch(other[seed], find_best_epoch(base[seed]).loss)
        for seed in base
        if seed in other
    ]
