"""What the resynthesize stage leaves of one cell, as the scores take it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class CellOutputs:
    """The outputs of one cell for U test utterances with T frames altogether.

    Attributes:
        utterances: One row per utterance, with its number of ``frames`` and its bounds; once the
            utterances are scored, also with their scores.
        codes: The mean codes of all frames in the order of ``utterances``, shape (T, K).
        hard_codes: The codes with exact zeros, shape (T, K); None if the model makes none.
        dictionary: The atoms in columns, shape (m, atoms); None if the model has no dictionary.
        kl_by_dimension: The KL divergence of each dimension in nats, shape (T, D); None if the
            model has none.
        signal_to_noise: mu / sigma of the posterior, shape (T, D); None if it has none.
        energy_distances: The energy distance of frames that are drawn from a prior, by the name of
            the prior and by that of the set of frames that they are compared with; None if the
            model has no such prior.

    Raises:
        ValueError: The numbers of frames and of codes differ.
    """

    utterances: pd.DataFrame
    codes: np.ndarray
    hard_codes: np.ndarray | None = None
    dictionary: np.ndarray | None = None
    kl_by_dimension: np.ndarray | None = None
    signal_to_noise: np.ndarray | None = None
    energy_distances: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that there is one code per frame."""
        frames = self.utterances["frames"].sum()
        if frames != len(self.codes):
            raise ValueError(f"{frames} frames have {len(self.codes)} codes")


def read_outputs(folder: Path, utterances: pd.DataFrame) -> CellOutputs:
    """Read the outputs of one cell.

    Args:
        folder: The folder ``data/resynthesis/<cell>``.
        utterances: One row per utterance, in the order in which the codes were written.

    Raises:
        OSError: A file cannot be read. Only the codes must be there.
        ValueError: The numbers of frames and of codes differ.
    """
    optional = ("hard_codes", "dictionary", "kl_by_dimension", "signal_to_noise")
    return CellOutputs(
        utterances,
        np.load(folder / "codes.npy", allow_pickle=False),
        **{name: _read_optional(folder / f"{name}.npy") for name in optional},
        energy_distances=_read_distances(folder / "energy_distances.json"),
    )


def _read_optional(path: Path) -> np.ndarray | None:
    return np.load(path, allow_pickle=False) if path.exists() else None


def _read_distances(path: Path) -> dict[str, dict[str, float | None]]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
