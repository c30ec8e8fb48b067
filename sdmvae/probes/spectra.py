"""The log-power of test frames, as the encoder gets it."""

from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae.dsp import audio_file, stft
from sdmvae.params import Stft


def read_log_power(path: Path, how: Stft) -> np.ndarray:
    """Return the log-power of an utterance as the encoder gets it, shape (T, bins), float32.

    Args:
        path: The utterance, at 16 kHz. It is divided by its peak.
        how: The window, the hop and the floor.

    Raises:
        audio_file.AudioError: The utterance cannot be read.
    """
    samples, _ = audio_file.read_normalised(path)
    return stft.log_power_frames(samples, window=how.window, hop=how.hop, floor=how.floor)


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
