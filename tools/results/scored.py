"""The cells of a run that have the scores of all seeds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sdmvae import params
from sdmvae.evaluation import results

Cell = Mapping[str, Any]


class ScoredRun(NamedTuple):
    """A run as far as it is scored.

    Attributes:
        settings: The checked parameters.
        data: The folder of all outputs.
        cells: The cells that have the scores of all seeds, as `results.read_cell` returns them.
        utterances: By cell, the scores of every test utterance for every ``seed``.
        left_out: The names of the other cells.
    """

    settings: params.Params
    data: Path
    cells: Sequence[Cell]
    utterances: Mapping[str, pd.DataFrame]
    left_out: Sequence[str]


def read(folder: Path) -> ScoredRun:
    """Read the scores of a run.

    Args:
        folder: The root of the project.

    Raises:
        ParameterError: params.yaml cannot be used.
    """
    settings, data = params.read(folder / "params.yaml"), folder / "data"
    scored = [cell for cell in settings.cells if _is_scored(settings, cell, data)]
    return ScoredRun(
        settings,
        data,
        [results.read_cell(settings, cell, data) for cell in scored],
        results.read_utterances(settings, data, scored),
        [cell.name for cell in settings.cells if cell not in scored],
    )


def _is_scored(settings: params.Params, cell: params.Cell, data: Path) -> bool:
    folders = [data / "scores" / cell.name / str(seed) for seed in settings.train.seeds]
    return all((folder / "summary.json").exists() for folder in folders)
