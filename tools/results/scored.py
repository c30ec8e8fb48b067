"""The cells of a run that have the scores of all seeds, or of enough seeds for a verdict."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sdmvae import params
from sdmvae.evaluation import results
from sdmvae.evaluation.statistics.estimates import FEWEST_SEEDS

Cell = Mapping[str, Any]


class ScoredRun(NamedTuple):
    """A run as far as it is scored.

    Attributes:
        settings: The checked parameters.
        data: The folder of all outputs.
        seeds: By cell, the seeds that are scored. Only cells that have the scores of all seeds, or
            of `FEWEST_SEEDS` or more, are here and in what follows.
        cells: The cells over their seeds, as `results.read_cell` returns them.
        utterances: By cell, the scores of every test utterance for every ``seed``.
        left_out: The names of the other cells.
    """

    settings: params.Params
    data: Path
    seeds: Mapping[str, Sequence[int]]
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
    enough = min(FEWEST_SEEDS, len(settings.train.seeds))
    cells: list[Cell] = []
    utterances: dict[str, pd.DataFrame] = {}
    seeds: dict[str, Sequence[int]] = {}
    left_out: list[str] = []
    for cell in settings.cells:
        scored = _find_scored(settings, cell, data)
        if len(scored) < enough:
            left_out.append(cell.name)
            continue
        seeds[cell.name] = scored
        own = _with_seeds(settings, scored)
        cells.append(results.read_cell(own, cell, data))
        utterances |= results.read_utterances(own, data, [cell])
    return ScoredRun(settings, data, seeds, cells, utterances, left_out)


def _find_scored(settings: params.Params, cell: params.Cell, data: Path) -> list[int]:
    folder = data / "scores" / cell.name
    return [seed for seed in settings.train.seeds if (folder / str(seed) / "summary.json").exists()]


def _with_seeds(settings: params.Params, seeds: Sequence[int]) -> params.Params:
    train = settings.train.model_copy(update={"seeds": list(seeds)})
    return settings.model_copy(update={"train": train})
