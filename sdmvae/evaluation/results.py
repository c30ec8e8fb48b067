"""What a report is made of: the outputs of the stages before it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sdmvae.dsp import audio_file
from sdmvae.params import Params


@dataclass(frozen=True)
class Results:
    """The outputs of a run; tables are held, speech and codes are read as they are asked for.

    Attributes:
        settings: the checked parameters.
        cells: name, model, arguments, m and scores of each cell, in the order of the table.
        manifest: utterances used, with columns speaker, utterance, split, seconds, path...
        left_out: what was not, with its reason.
        utterances: by cell, scores of every test utterance.
        curves: by cell, one row an epoch.
        data: the folder that all outputs lie in.
    """

    settings: Params
    cells: list[Mapping[str, Any]]
    manifest: pd.DataFrame
    left_out: pd.DataFrame
    utterances: dict[str, pd.DataFrame]
    curves: dict[str, pd.DataFrame]
    data: Path

    def original(self, path: str) -> np.ndarray:
        """Samples (n,) of a test utterance by its `path` in the manifest."""
        return audio_file.read(self.data / "speech" / path).samples

    def resynthesis(self, cell: str, path: str) -> np.ndarray:
        """Samples (n,) of the same through a cell."""
        made = self.data / "resynthesis" / cell / "speech" / path
        return audio_file.read(made.with_suffix(".wav")).samples

    def codes(self, cell: str) -> Iterator[tuple[str, np.ndarray]]:
        """Path and mean codes (T, D) of each test utterance, in the order of `utterances`."""
        found = np.load(self.data / "resynthesis" / cell / "codes.npy", mmap_mode="r")
        start = 0
        for path, frames in self.utterances[cell][["path", "frames"]].itertuples(index=False):
            yield path, np.asarray(found[start : start + frames])
            start += frames

    def dictionary(self, cell: str) -> np.ndarray | None:
        """Atoms of an SDM cell, shape (m, atoms); None for a model without a dictionary."""
        path = self.data / "resynthesis" / cell / "dictionary.npy"
        return np.load(path, allow_pickle=False) if path.exists() else None


def read(settings: Params, cells: list[Mapping[str, Any]], data: Path) -> Results:
    """Raises OSError for an output that is not there."""
    names = [cell["cell"] for cell in cells]
    return Results(
        settings,
        cells,
        pd.read_csv(data / "manifest.csv"),
        pd.read_csv(data / "left_out.csv", keep_default_na=False),
        {name: pd.read_csv(data / "scores" / name / "utterances.csv") for name in names},
        {name: pd.read_csv(data / "curves" / f"{name}.csv") for name in names},
        data,
    )
