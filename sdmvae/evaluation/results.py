"""The outputs of a finished run, as the table, the plots and the report read them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sdmvae.dsp import audio_file
from sdmvae.evaluation.outputs import CellOutputs, read_outputs
from sdmvae.params import Cell, Params


@dataclass(frozen=True)
class Results:
    """The outputs of a run. Tables are held in memory; speech and codes are read when asked for.

    Attributes:
        settings: The checked parameters.
        synthesiser: The name of what spoke the corpus; None for recordings of people.
        cells: The cells in the order of the table, as `read_cell` returns them.
        manifest: The utterances that are used, with speaker, utterance, split, seconds, path and
            so on.
        left_out: The recordings that are not used, with the reason.
        utterances: By cell, the scores of every test utterance.
        curves: By cell, the training curve with one row per epoch.
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

    def original(self, path: str) -> np.ndarray:
        """Return the samples (n,) of a test utterance, given its ``path`` in the manifest.

        Raises:
            AudioError: The file cannot be read.
        """
        return audio_file.read(self.data / "speech" / path).samples

    def resynthesis(self, cell: str, path: str) -> np.ndarray:
        """Return the samples (n,) of a test utterance after its way through a cell.

        Args:
            cell: The name of the cell.
            path: The ``path`` of the utterance in the manifest.

        Raises:
            AudioError: The file cannot be read.
        """
        speech = self.data / "resynthesis" / cell / "speech"
        return audio_file.read((speech / path).with_suffix(".wav")).samples

    def codes(self, cell: str) -> Iterator[tuple[str, np.ndarray]]:
        """Yield the path and the mean codes (T, D) of each utterance, in their order."""
        codes = np.load(self.data / "resynthesis" / cell / "codes.npy", mmap_mode="r")
        start = 0
        for path, frames in self.utterances[cell][["path", "frames"]].itertuples(index=False):
            yield path, np.asarray(codes[start : start + frames])
            start += frames

    def dictionary(self, cell: str) -> np.ndarray | None:
        """Return the atoms (m, atoms) of a cell; None if its model has no dictionary."""
        path = self.data / "resynthesis" / cell / "dictionary.npy"
        return np.load(path, allow_pickle=False) if path.exists() else None

    def outputs(self, cell: str) -> CellOutputs:
        """Return all that the scores of a cell are computed from.

        Raises:
            OSError: A file cannot be read.
        """
        return read_outputs(self.data / "resynthesis" / cell, self.utterances[cell])


def read_cell(settings: Params, cell: Cell, data: Path) -> dict[str, Any]:
    """Return a cell with its scores.

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
    summary = json.loads((data / "scores" / cell.name / "summary.json").read_text())
    return {
        "cell": cell.name,
        "model": variant.model,
        "arguments": variant.settings,
        "m": cell.m,
        **summary,
    }


def read_cells(settings: Params, data: Path) -> list[Mapping[str, Any]]:
    """Return every declared cell, as `read_cell` does, in the order of the table."""
    return [read_cell(settings, cell, data) for cell in settings.cells]


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
    names = [cell["cell"] for cell in cells]
    return Results(
        settings,
        synthesiser,
        cells,
        pd.read_csv(data / "manifest.csv"),
        pd.read_csv(data / "left_out.csv", keep_default_na=False),
        {name: pd.read_csv(data / "scores" / name / "utterances.csv") for name in names},
        {name: pd.read_csv(data / "curves" / f"{name}.csv") for name in names},
        data,
    )
