"""The log-power of test frames, as the encoder gets it."""

from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae.evaluation.log_power import read_log_power
from sdmvae.params import Stft


def read_frames(table: pd.DataFrame, speech: Path, how: Stft) -> np.ndarray:
    """Return the log-power of the frames of a table of targets, in its order, shape (T, bins).

    Args:
        table: The table of targets.
        speech: The folder of the test speech.
        how: The window, the hop and the floor.

    Raises:
        audio_file.AudioError: An utterance cannot be read.
    """
    groups = table.groupby("path", sort=False)["frame"]
    return np.concatenate([read_log_power(speech / str(path), how)[rows] for path, rows in groups])
