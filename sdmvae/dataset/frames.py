"""The frame store: the log-power frames of all utterances in one .npy file, and their lengths.

`<name>.npy` holds the frames of one utterance after another, float32, shape (frames, bins).
`<name>_lengths.npy` beside it holds the number of frames of each utterance, int64, in the same
order.
"""

import errno
import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

KEPT = 128 * 2**20  # A store of up to so many bytes is kept in memory.


def lengths_path(path: Path) -> Path:
    """Return the path of the lengths that belong to a frame store."""
    return path.with_name(f"{path.stem}_lengths.npy")


def write(path: Path, utterances: Iterable[NDArray[Any]], bins: int) -> int:
    """Write the frames of utterances one after another, and their lengths beside.

    Only one utterance is in memory at a time. The number of frames is known only at the end, so
    the header is written twice; numpy pads it so that any number fits.

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
    with path.open("wb") as file:
        _write_header(file, 0, bins)
        start = file.tell()
        for frames in utterances:
            if frames.ndim != 2 or frames.shape[1] != bins:
                raise ValueError(
                    f"the frames of an utterance have shape (any, {bins}), not {frames.shape}"
                )
            file.write(np.ascontiguousarray(frames, dtype="<f4").data)
            lengths.append(len(frames))
        file.seek(0)
        _write_header(file, sum(lengths), bins)
        if file.tell() != start:
            raise RuntimeError("the header of the frame store changed its length")
    np.save(lengths_path(path), np.array(lengths, dtype="<i8"))
    return sum(lengths)


def _write_header(file: BinaryIO, count: int, bins: int) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": (count, bins)}
    npy.write_array_header_2_0(file, header)


class Frames:
    """The frames in a frame store, to be indexed like an array of shape (frames, bins), float32.

    A store of up to `KEPT` bytes is read into memory at once. From a larger one, rows are
    read from the file each time that they are asked for; the operating system keeps in its cache
    what fits there. The file is not mapped into memory, because all the pages that were ever read
    would then count as memory of this process.

    Attributes:
        shape: The number of frames and the number of bins.
        lengths: The number of frames of each utterance, in order, int64. A store without a file
            of lengths counts as one utterance.
    """

    def __init__(self, path: Path) -> None:
        """Open a frame store.

        Args:
            path: The file ``<name>.npy`` that `write` wrote.

        Raises:
            ValueError: `write` did not write this file, or the lengths belong to another store.
        """
        self._file = path.open("rb")
        weakref.finalize(self, self._file.close)
        npy.read_magic(self._file)
        shape, is_fortran, dtype = npy.read_array_header_2_0(self._file)
        if is_fortran or dtype != "<f4" or len(shape) != 2:
            raise ValueError(f"{path}: this is not a frame store")
        self.shape: tuple[int, int] = (shape[0], shape[1])
        self.lengths: NDArray[np.int64] = np.array([len(self)])
        if lengths_path(path).exists():
            self.lengths = np.load(lengths_path(path), allow_pickle=False)
        if self.lengths.sum() != len(self):
            raise ValueError(
                f"{lengths_path(path)}: {self.lengths.sum()} frames in all, "
                f"and {path.name} has {len(self)}"
            )
        self._start = self._file.tell()
        self._row_bytes = self.shape[1] * dtype.itemsize
        fits = len(self) * self._row_bytes <= KEPT
        self._in_memory = self._read(range(len(self))) if fits else None

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
        return self._read(range(len(self))[rows] if isinstance(rows, slice) else rows.tolist())

    def utterances(self) -> Iterator[NDArray[np.float32]]:
        """Yield the frames of each utterance in order, shape (frames of the utterance, bins)."""
        start = 0
        for length in self.lengths.tolist():
            yield self[start : start + length]
            start += length

    def _read(self, rows: Sequence[int]) -> NDArray[np.float32]:
        frames = np.empty((len(rows), self.shape[1]), np.dtype("<f4"))
        descriptor = self._file.fileno()
        for row, target in zip(rows, frames, strict=True):
            position = self._start + row * self._row_bytes
            if os.preadv(descriptor, [target.data], position) != self._row_bytes:
                raise OSError(errno.EIO, "the frame store ends early", self._file.name)
        return frames
