"""Evenly spaced frames, as a small sample of all frames of a set of speech."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np

from sdmvae.evaluation.log_power import read_log_power
from sdmvae.params import Stft


class FrameStore(Protocol):
    """Frames that are indexed like an array of shape (T, bins)."""

    shape: tuple[int, int]

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return some frames, float32."""


def even_rows(total: int, count: int) -> np.ndarray:
    """Return the numbers of evenly spaced frames, the first and the last among them.

    Args:
        total: How many frames there are.
        count: How many are wanted. If there are fewer, all of them are taken.
    """
    return np.linspace(0, total - 1, min(count, total)).round().astype(np.int64)


def choose(frames: FrameStore, count: int) -> np.ndarray:
    """Return evenly spaced frames of a store, or all of them if there are fewer, (N, bins)."""
    return frames[even_rows(frames.shape[0], count)]


class EvenFrames:
    """Evenly spaced frames of utterances that come one after another.

    How many frames will come is not known. So every frame is kept until there are twice as many as
    are wanted, then every second one until there are twice as many again, and so on.
    """

    def __init__(self, count: int) -> None:
        """Take how many frames are wanted."""
        self._count, self._stride, self._seen = count, 1, 0
        self._kept: list[np.ndarray] = []

    def add(self, frames: np.ndarray) -> None:
        """Take the frames of the next utterance, shape (T, bins)."""
        first = -self._seen % self._stride
        self._kept.extend(frame.copy() for frame in frames[first :: self._stride])
        self._seen += len(frames)
        while len(self._kept) > 2 * self._count:
            self._kept, self._stride = self._kept[::2], 2 * self._stride

    def frames(self) -> np.ndarray:
        """Return the wanted number of frames, or all if there are fewer, shape (N, bins)."""
        return np.stack([self._kept[row] for row in even_rows(len(self._kept), self._count)])


def read_even_frames(names: Iterable[str], speech: Path, count: int, how: Stft) -> np.ndarray:
    """Return the log-power of evenly spaced frames of utterances.

    Args:
        names: The utterances' paths below `speech`.
        speech: The folder of the speech.
        count: How many frames are wanted.
        how: The window, the hop and the floor.

    Returns:
        Shape (N, bins), float32, with the wanted number of frames, or all if there are fewer.

    Raises:
        audio_file.AudioError: An utterance cannot be read.
    """
    even = EvenFrames(count)
    for name in names:
        even.add(read_log_power(speech / name, how))
    return even.frames()
