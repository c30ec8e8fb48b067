"""What the probes predict of test frames: voicing, phone, energy, F0, sex and speaker."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae.probes import folds

VOICED, UNVOICED = "voiced", "unvoiced"
BY_SPEAKER, BY_UTTERANCE = "speaker_fold", "utterance_fold"  # columns


@dataclass(frozen=True)
class Target:
    """Something that a probe predicts of a frame.

    Attributes:
        name: The column of the table of targets.
        label: How the report calls it.
        is_class: Whether it is one of several classes, and not a number.
        folds: The column with the folds.
        missing: Why it is missing if no frame has it.
    """

    name: str
    label: str
    is_class: bool
    folds: str = BY_SPEAKER
    missing: str = "no frame has it"

    @property
    def score(self) -> str:
        """The name of its score."""
        return "balanced accuracy" if self.is_class else "R²"


TARGETS = (
    Target("voicing", "voicing", True),
    Target("phone", "phone", True, missing="the corpus does not tell the phones of its speech"),
    Target("energy", "energy", False),
    Target("log_f0", "log F0", False, missing="no frame is voiced"),
    Target("sex", "sex", True, missing="the corpus does not tell the sex of its speakers"),
    Target("speaker", "speaker", True, BY_UTTERANCE),
)


def choose_frames(table: pd.DataFrame, target: Target) -> np.ndarray:
    """Tell which frames a probe of a target is fitted to and tested on, shape (T,).

    They are the frames that have the target. Of classes, only those count that can be learned and
    tested in different folds; see `folds.find_common`.

    Args:
        table: The table of targets.
        target: The target.

    Returns:
        Whether each frame is used. No frame is if there are fewer than two classes or folds.
    """
    values, own = table[target.name].to_numpy(), table[target.folds].to_numpy()
    if target.is_class:
        chosen = folds.find_common(values, own)
        enough = len(np.unique(values[chosen])) > 1
    else:
        chosen = np.isfinite(values)
        enough = (np.bincount(own[chosen], minlength=1) >= folds.LEAST).sum() > 1
    return chosen if enough else np.zeros_like(chosen)


def explain_left_out(table: pd.DataFrame) -> dict[str, str]:
    """Return why targets are left out, by the name of the target.

    Args:
        table: The table of targets.
    """
    reasons = {}
    for target in TARGETS:
        if not choose_frames(table, target).any():
            values = table[target.name]
            known = (values != "") if target.is_class else values.notna()
            few = "too few frames, speakers or utterances have it"
            reasons[target.name] = few if known.any() else target.missing
    return reasons


def find_chances(table: pd.DataFrame) -> dict[str, float]:
    """Return the score by chance of each target, by its name: of predictions without any input.

    It is 1 / K for K classes, and 0 for R². A target that is left out has none.

    Args:
        table: The table of targets.
    """
    frames = {target: choose_frames(table, target) for target in TARGETS}
    return {
        target.name: 1 / table.loc[chosen, target.name].nunique() if target.is_class else 0.0
        for target, chosen in frames.items()
        if chosen.any()
    }


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table of targets."""
    table.round({"energy": 4, "log_f0": 6}).to_csv(path, index=False)


def read(path: Path) -> pd.DataFrame:
    """Read the table that `write` wrote."""
    numbers = {"frame": int, "energy": float, "log_f0": float, BY_SPEAKER: int, BY_UTTERANCE: int}
    # A speaker or a phone may be named "NA" or "nan", which is no missing value.
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["log_f0"] = table["log_f0"].replace("", "nan")
    return table.astype(numbers)
