"""All probes of one set of inputs: the value of each input, target and speaker."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sdmvae.probes.inputs import Input
from sdmvae.probes.linear import predict_classes, predict_numbers
from sdmvae.probes.targets import TARGETS, Target, choose_frames
from sdmvae.probes.values import balanced_accuracy, r_squared

COLUMNS = ["input", "k", "target", "speaker", "value"]


def find_rows(table: pd.DataFrame, utterances: pd.DataFrame) -> np.ndarray:
    """Return the rows of codes that belong to the frames of a table of targets, shape (T,).

    Args:
        table: The table of targets.
        utterances: The ``path`` and the number of ``frames`` of each utterance, in the order of the
            codes.
    """
    ends = utterances["frames"].cumsum()
    starts = dict(zip(utterances["path"], ends - utterances["frames"], strict=True))
    return np.asarray(table["path"].map(starts) + table["frame"])


def probe(inputs: Iterable[Input], table: pd.DataFrame) -> pd.DataFrame:
    """Probe inputs for all targets.

    Args:
        inputs: The inputs of the T frames of the table.
        table: The table of targets, T rows.

    Returns:
        A table with the columns `COLUMNS`. ``k`` is how many entries of a frame are kept, and
        missing if all are. A target that no frame has is left out.
    """
    chosen = {target: choose_frames(table, target) for target in TARGETS}
    parts = [
        _probe_target(each, target, table, frames)
        for each in inputs
        for target, frames in chosen.items()
        if frames.any()
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=COLUMNS)


def _probe_target(
    given: Input, target: Target, table: pd.DataFrame, frames: np.ndarray
) -> pd.DataFrame:
    """Probe one input for one target, on the frames that are chosen."""
    rows = table[frames]
    speakers, folds = rows["speaker"].to_numpy(), rows[target.folds].to_numpy()
    values = rows[target.name].to_numpy()
    if target.is_class:
        _, classes = np.unique(values.astype(str), return_inverse=True)
        predicted = predict_classes(given.values[frames], classes, folds)
        scores = balanced_accuracy(classes, predicted, speakers)
    else:
        scores = r_squared(values, predict_numbers(given.values[frames], values, folds), speakers)
    return pd.DataFrame(
        {
            "input": given.name,
            "k": pd.array([given.kept] * len(scores), dtype="Int64"),
            "target": target.name,
            "speaker": scores.index,
            "value": scores.to_numpy(),
        }
    )
