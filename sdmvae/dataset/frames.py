"""The frame store: the log-power frames of all utterances in one .npy file, and their lengths.

`<name>.npy` holds the frames of one utterance after another, float32, shape (frames, bins). In its
place there may be waveforms, of which the same frames are made (`sdmvae.dataset.waveforms`).
`<name>_lengths.npy` beside it holds the number of frames of each utterance, int64, in the same
order.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdmvae.dataset import npy_file
from sdmvae.dataset.npy_file import NpyFile
from sdmvae.dataset.waveforms import Waveforms, index_path, lengths_path

KEPT = 128 * 2**20  # Frames of up to so many bytes are kept in memory.


def write(path: Path, utterances: Iterable[NDArray[Any]], bins: int) -> int:
    """Write the frames of utterances one after another, and their lengths beside.

    Only one utterance is in memory at a time.

    Args:
        path: The frame store to write, ``<name>.npy``.
        utterances: The frames of each utterance, shape (frames of the utterance, bins).
        bins: The number of frequency bins.

    Returns:
        The number of frames.

    Raises:
        ValueError: An utterance has another shape.
    """
    lengths = []

    def checked() -> Iterator[NDArray[Any]]:
        for frames in utterances:
            if frames.ndim != 2 or frames.shape[1] != bins:
                raise ValueError(
                    f"the frames of an utterance have shape (any, {bins}), not {frames.shape}"
                )
            lengths.append(len(frames))
            yield frames

    count = npy_file.write(path, checked(), "<f4", (bins,))
    np.save(lengths_path(path), np.array(lengths, dtype="<i8"))
    return count


class Frames:
    """The frames in a frame store, to be indexed like an array of shape (frames, bins), float32.

    Frames of up to `KEPT` bytes are brought into memory at once. Of more of them, rows are read
    from the file, or made of the waveforms there, each time that they are asked for.

    Attributes:
        shape: The number of frames and the number of bins.
        lengths: The number of frames of each utterance, in order, int64. A store without a file
            of lengths counts as one utterance.
        files: The files on which the frames depend.
    """

    def __init__(self, path: Path) -> None:
        """Open a frame store.

        Args:
            path: The file ``<name>.npy`` that `write` or `waveforms.write` wrote.

        Raises:
            ValueError: Neither wrote this file, or the files beside it belong to another store.
        """
        file = NpyFile(path)
        self._rows = Waveforms(file) if index_path(path).exists() else _StoredRows(file)
        self.shape = self._rows.shape
        self.lengths: NDArray[np.int64] = np.array([len(self)])
        if lengths_path(path).exists():
            self.lengths = np.load(lengths_path(path), allow_pickle=False)
        if self.lengths.sum() != len(self):
            raise ValueError(
                f"{lengths_path(path)}: {self.lengths.sum()} frames in all, "
                f"and {path.name} has {len(self)}"
            )
        beside = (index_path(path), lengths_path(path))
        self.files: list[Path] = [path, *(each for each in beside if each.exists())]
        fits = len(self) * self.shape[1] * np.float32().itemsize <= KEPT
        self._in_memory = self._rows.read(np.arange(len(self))) if fits else None

    def __len__(self) -> int:
        """Return the number of frames."""
        return self.shape[0]

    def __getitem__(self, rows: slice | NDArray[np.integer]) -> NDArray[np.float32]:
        """Return a copy of some frames.

        Args:
            rows: A slice, or an array of frame numbers.
        """
        if self._in_memory is not None:
            frames = self._in_memory[rows]
            # A slice of an array is a view of it, and the caller may write to what it gets.
            return frames.copy() if isinstance(rows, slice) else frames
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        return self._rows.read(rows)

    def utterances(self) -> Iterator[NDArray[np.float32]]:
        """Yield the frames of each utterance in order, shape (frames of the utterance, bins)."""
        start = 0
        for length in self.lengths.tolist():
            yield self[start : start + length]
            start += length


class _StoredRows:
    """The rows of a file of frames, shape (frames, bins)."""

    def __init__(self, file: NpyFile) -> None:
        if file.dtype != "<f4" or len(file.shape) != 2:
            raise ValueError(f"{file.path}: this is not a frame store")
        self._file = file
        self.shape: tuple[int, int] = (file.shape[0], file.shape[1])

    def read(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        frames = np.empty((len(rows), self.shape[1]), np.dtype("<f4"))
        self._file.read(rows.astype(np.int64) * frames[:1].nbytes, frames)
        return frames
