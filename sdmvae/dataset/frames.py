"""The store of frames: one growing .npy file of log-power, shape (frames, bins), float32."""

import errno
import os
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

KEPT = 128 * 2**20


def write(path: Path, blocks: Iterable[np.ndarray], bins: int) -> int:
    """Write blocks of shape (any, bins) one after another; the number of frames written.

    Only one block is held in memory. The header is padded so that the number of frames,
    unknown until the end, can be written over it.
    """
    count = 0
    with path.open("wb") as file:
        _write_header(file, count, bins)
        start = file.tell()
        for block in blocks:
            if block.ndim != 2 or block.shape[1] != bins:
                raise ValueError(f"a block of frames has shape (any, {bins}), not {block.shape}")
            file.write(np.ascontiguousarray(block, dtype="<f4").data)
            count += len(block)
        file.seek(0)
        _write_header(file, count, bins)
        if file.tell() != start:
            raise RuntimeError("the header of the frame store changed its length")
    return count


def _write_header(file, count: int, bins: int) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": (count, bins)}
    npy.write_array_header_2_0(file, header)


class Frames:
    """The frames at a path, read as they are asked for, shape (frames, bins), float32.

    A store of up to `KEPT` bytes is kept in memory. A larger one is read from the file again and
    again, from the system's cache if that has it: mapped into memory it would all come to count
    as this process's.
    """

    def __init__(self, path: Path) -> None:
        """Raises ValueError for a file that `write` did not make."""
        self._file = path.open("rb")
        weakref.finalize(self, self._file.close)
        npy.read_magic(self._file)
        self.shape, fortran, kind = npy.read_array_header_2_0(self._file)
        if fortran or kind != "<f4" or len(self.shape) != 2:
            raise ValueError(f"{path}: not a store of frames")
        self._start, self._row = self._file.tell(), self.shape[1] * kind.itemsize
        self._kept = self._read(range(len(self))) if len(self) * self._row <= KEPT else None

    def __len__(self) -> int:
        """How many frames there are."""
        return self.shape[0]

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """A copy of some rows."""
        if self._kept is not None:
            return self._kept[rows].copy() if isinstance(rows, slice) else self._kept[rows]
        return self._read(range(len(self))[rows] if isinstance(rows, slice) else rows.tolist())

    def _read(self, rows: Sequence[int]) -> np.ndarray:
        found = np.empty((len(rows), self.shape[1]), "<f4")
        number = self._file.fileno()
        for row, into in zip(rows, found, strict=True):
            if os.preadv(number, [into], self._start + row * self._row) != self._row:
                raise OSError(errno.EIO, "the store of frames ends early", self._file.name)
        return found
