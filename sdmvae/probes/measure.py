"""What is measured in the recording of a test utterance, frame by frame."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.evaluation.log_power import read_log_power
from sdmvae.params import Stft
from sdmvae.probes.pitch import track_pitch
from sdmvae.runtime.workers import Crashed, map_processes


class Measured(NamedTuple):
    """What is measured in the T frames of an utterance.

    Attributes:
        pitch: F0 in Hz, 0 where a frame is not voiced, shape (T,).
        energy: The logarithm of the mean power of a frame in dB, shape (T,).
    """

    pitch: np.ndarray
    energy: np.ndarray


def measure_files(paths: Sequence[Path], how: Stft) -> Iterator[Measured]:
    """Yield what is measured in each utterance in turn, on all processors.

    Args:
        paths: The utterances, at 16 kHz.
        how: The window, the hop and the floor.

    Raises:
        audio_file.AudioError: An utterance cannot be read.
    """
    for path, measured in map_processes(partial(_measure, how=how), paths):
        if isinstance(measured, Crashed):
            raise audio_file.AudioError(f"{path}: {measured}")
        yield measured


def measure_energy(log_power: np.ndarray) -> np.ndarray:
    """Return the mean power of each frame over its bins in dB, shape (T,).

    Args:
        log_power: The natural logarithm of the power, shape (T, bins).
    """
    return np.asarray(10 * np.log10(np.exp(log_power.astype(np.float64)).mean(axis=1)))


def _measure(path: Path, how: Stft) -> Measured:
    samples, _ = audio_file.read_normalised(path)
    pitch = track_pitch(samples, rate=audio_file.SAMPLE_RATE, hop=how.hop)
    return Measured(pitch, measure_energy(read_log_power(path, how)))
