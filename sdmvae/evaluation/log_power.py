"""The log-power of an utterance on disk, as the encoder gets it."""

from pathlib import Path

import numpy as np

from sdmvae.dsp import audio_file, stft
from sdmvae.params import Stft


def read_log_power(path: Path, how: Stft) -> np.ndarray:
    """Return the log-power of the frames of an utterance, shape (T, bins), float32.

    Args:
        path: The utterance, at 16 kHz. It is divided by its peak.
        how: The window, the hop and the floor.

    Raises:
        audio_file.AudioError: The utterance cannot be read.
    """
    samples, _ = audio_file.read_normalised(path)
    return stft.log_power_frames(samples, window=how.window, hop=how.hop, floor=how.floor)
