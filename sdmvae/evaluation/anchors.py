"""Anchors of the table: test speech that is rebuilt with the original phase and without a model.

They show what the phase alone is worth, and what the phase and the right spectrum are worth. Every
cell lies between them.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from sdmvae.dsp import audio_file, stft
from sdmvae.evaluation import energy_distance
from sdmvae.evaluation.even_frames import FrameStore, choose
from sdmvae.evaluation.phase import rebuild, write_speech
from sdmvae.params import Stft

CEILING, FLOOR = "true power", "mean spectrum"
# What an anchor is, by the name that is its row of the table.
ANCHORS = {
    CEILING: "This is no cell but the ceiling, the true power of every frame with the original "
    "phase. In place of its energy distance stands that of training frames.",
    FLOOR: "This is no cell but the floor, the mean power of training frames in place of every "
    "frame, with the original phase. Its energy distance is that of this mean power.",
}
BLOCK = 8192  # frames whose power is summed together


def mean_power(frames: FrameStore) -> np.ndarray:
    """Return the mean power of frames, shape (bins,).

    It is what a decoder with the Itakura-Saito likelihood puts out if the code tells it nothing,
    because no other constant spectrum makes the frames more likely. It is not scaled by the energy
    of a frame, which would be a code of one number.

    Args:
        frames: The log-power of training frames.
    """
    count, bins = frames.shape
    total = np.zeros(bins)
    for start in range(0, count, BLOCK):
        total += np.exp(frames[start : start + BLOCK].astype(np.float64)).sum(axis=0)
    return total / count


def energy_distances(
    frames: FrameStore, mean: np.ndarray, real: np.ndarray
) -> dict[str, float | None]:
    """Return the energy distance that stands for each anchor, by its name.

    Args:
        frames: The log-power of training frames, of which evenly spaced ones are taken. Their
            distance is what other speakers and other sentences cost.
        mean: The mean power of training frames, shape (bins,).
        real: The log-power of test frames, shape (N, bins).

    Returns:
        Numbers that JSON can hold, rounded to six decimals; None for what is undefined.
    """
    compared = {
        CEILING: choose(frames, energy_distance.FRAMES),
        FLOOR: np.log(np.stack([mean, mean])),
    }
    found = energy_distance.energy_distances(compared, {"test": real})
    distances = {name: row["test"] for name, row in found.items()}
    return {name: round(d, 6) if np.isfinite(d) else None for name, d in distances.items()}


def write_anchor(
    name: str, mean: np.ndarray, names: Iterable[str], speech: Path, folder: Path, how: Stft
) -> None:
    """Rebuild test speech as an anchor does, and write it.

    Args:
        name: One of `ANCHORS`.
        mean: The mean power of training frames, shape (bins,).
        names: The utterances' paths below `speech`.
        speech: The folder of the original speech.
        folder: The folder in which the rebuilt speech is written.
        how: The window, the hop and the floor.

    Raises:
        audio_file.AudioError: An utterance cannot be read.
    """
    for utterance in names:
        samples, peak = audio_file.read_normalised(speech / utterance)
        spectrogram = stft.stft(samples, window=how.window, hop=how.hop)
        if name == CEILING:
            power = np.exp(stft.log_power(spectrogram, floor=how.floor))
        else:
            power = np.broadcast_to(mean, spectrogram.shape)
        rebuilt = rebuild(power, spectrogram, window=how.window, hop=how.hop, length=len(samples))
        write_speech(folder / utterance, rebuilt * peak)
