"""The outputs of a finished run, as the table, the plots and the report read them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sdmvae.dsp import audio_file
from sdmvae.evaluation import over_seeds
from sdmvae.evaluation.outputs import CellOutputs, read_outputs
from sdmvae.params import Cell, Params


@dataclass(frozen=True)
class Results:
    """The outputs of a run. Tables are held in memory; speech and codes are read when asked for.

    Scores are of all seeds. Speech, codes, weights and curves are of the first seed.

    Attributes:
        settings: The checked parameters.
        synthesiser: The name of what spoke the corpus; None for recordings of people.
        cells: The cells in the order of the table, as `read_cell` returns them.
        manifest: The utterances that are used, with speaker, utterance, split, seconds, path and
            so on.
        left_out: The recordings that are not used, with the reason.
        utterances: By cell, the scores of every test utterance for every ``seed``.
        curves: By cell, the training curve of the first seed with one row per epoch.
        data: The folder of all outputs.
    """

    settings: Params
    synthesiser: str | None
    cells: list[Mapping[str, Any]]
    manifest: pd.DataFrame
    left_out: pd.DataFrame
    utterances: dict[str, pd.DataFrame]
    curves: dict[str, pd.DataFrame]
    data: Path

    @property
    def seed(self) -> int:
        """The first seed."""
        return self.settings.train.seeds[0]

    def weights(self, cell: str) -> Path:
        """Return the folder with the weights of a cell."""
        return self.data / "models" / cell / str(self.seed)

    def original(self, path: str) -> np.ndarray:
        """Return the samples (n,) of a test utterance, given its ``path`` in the manifest.

        Raises:
            AudioError: The file cannot be read.
        """
        return audio_file.read(self.data / "speech" / "test" / path).samples

    def resynthesis(self, cell: str, path: str) -> np.ndarray:
        """Return the samples (n,) of a test utterance after its way through a cell.

        Args:
            cell: The name of the cell.
            path: The ``path`` of the utterance in the manifest.

        Raises:
            AudioError: The file cannot be read.
        """
        speech = self._resynthesis(cell) / "speech"
        return audio_file.read((speech / path).with_suffix(".wav")).samples

    def codes(self, cell: str) -> Iterator[tuple[str, np.ndarray]]:
        """Yield the path and the mean codes (T, D) of each utterance, in their order."""
        codes = np.load(self._resynthesis(cell) / "codes.npy", mmap_mode="r")
        start = 0
        rows = self._utterances(cell)[["path", "frames"]]
        for path, frames in rows.itertuples(index=False):
            yield path, np.asarray(codes[start : start + frames])
            start += frames

    def dictionary(self, cell: str) -> np.ndarray | None:
        """Return the atoms (m, atoms) of a cell; None if its model has no dictionary."""
        path = self._resynthesis(cell) / "dictionary.npy"
        return np.load(path, allow_pickle=False) if path.exists() else None

    def outputs(self, cell: str) -> CellOutputs:
        """Return all that the scores of a cell are computed from.

        Raises:
            OSError: A file cannot be read.
        """
        return read_outputs(self._resynthesis(cell), self._utterances(cell))

    def _resynthesis(self, cell: str) -> Path:
        return self.data / "resynthesis" / cell / str(self.seed)

    def _utterances(self, cell: str) -> pd.DataFrame:
        rows = self.utterances[cell]
        return rows[rows["seed"] == self.seed]


def read_cell(settings: Params, cell: Cell, data: Path) -> dict[str, Any]:
    """Return a cell with its scores over all seeds.

    Args:
        settings: The checked parameters.
        cell: The cell.
        data: The folder of all outputs.

    Returns:
        ``cell`` (the name), ``model``, ``arguments`` (beta among them, if it is not 1), ``m`` and
        the keys of metrics/<cell>.json.

    Raises:
        OSError: The cell has no scores yet.
    """
    variant = settings.variants[cell.variant]
    folder = data / "scores" / cell.name
    summaries = [
        json.loads((folder / str(seed) / "summary.json").read_text())
        for seed in settings.train.seeds
    ]
    return {
        "cell": cell.name,
        "model": variant.model,
        "arguments": variant.settings,
        "m": cell.m,
        **over_seeds.summarise(summaries),
    }


def read_cells(settings: Params, data: Path) -> list[Mapping[str, Any]]:
    """Return every declared cell, as `read_cell` does, in the order of the table."""
    return [read_cell(settings, cell, data) for cell in settings.cells]


def read_utterances(
    settings: Params, data: Path, cells: Sequence[Cell] | None = None
) -> dict[str, pd.DataFrame]:
    """Return the scores of every test utterance for every seed, by the name of the cell.

    Args:
        settings: The checked parameters.
        data: The folder of all outputs.
        cells: The cells to read; by default all that are declared.

    Returns:
        Tables with one row per ``seed`` and utterance, the utterances of the first seed first.

    Raises:
        OSError: A cell has no scores yet.
    """
    wanted = settings.cells if cells is None else cells
    tables: dict[str, list[pd.DataFrame]] = {cell.name: [] for cell in wanted}
    for training in settings.trainings:
        if training.cell.name not in tables:
            continue
        rows = pd.read_csv(data / "scores" / training.folder / "utterances.csv")
        rows.insert(0, "seed", training.seed)
        tables[training.cell.name].append(rows)
    return {cell: pd.concat(rows, ignore_index=True) for cell, rows in tables.items()}


def read_anchors(data: Path) -> dict[str, dict[str, Any]]:
    """Return the scores of the anchors, by the name of the anchor.

    Args:
        data: The folder of all outputs.

    Raises:
        OSError: They have no scores yet.
    """
    scores: dict[str, dict[str, Any]] = json.loads((data / "anchors" / "summary.json").read_text())
    return scores


def read(
    settings: Params, synthesiser: str | None, cells: list[Mapping[str, Any]], data: Path
) -> Results:
    """Read the outputs of a run.

    Args:
        settings: The checked parameters.
        synthesiser: The name of what spoke the corpus; None for recordings of people.
        cells: All cells, as `read_cell` returns them.
        data: The folder of all outputs.

    Raises:
        OSError: An output is missing.
    """
    seed = settings.train.seeds[0]
    return Results(
        settings,
        synthesiser,
        cells,
        pd.read_csv(data / "manifest.csv"),
        pd.read_csv(data / "left_out.csv", keep_default_na=False),
        read_utterances(settings, data),
        {
            cell["cell"]: pd.read_csv(data / "curves" / cell["cell"] / f"{seed}.csv")
            for cell in cells
        },
        data,
    )
