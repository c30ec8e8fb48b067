"""Arrays in .npy files that are larger than memory: written block by block, read in places."""

import errno
import os
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


def write(path: Path, blocks: Iterable[NDArray[Any]], descr: str, shape: tuple[int, ...]) -> int:
    """Write blocks of rows one after another.

    Only one block is in memory at a time. The number of rows is known only at the end, so the
    header is written twice; numpy pads it so that any number fits.

    Args:
        path: The file to write.
        blocks: Arrays of shape (any, *shape).
        descr: The type of the numbers in the file, such as ``<f4``.
        shape: The shape of a row.

    Returns:
        The number of rows.
    """
    count = 0
    with path.open("wb") as file:
        _write_header(file, descr, (0, *shape))
        start = file.tell()
        for block in blocks:
            file.write(np.ascontiguousarray(block, dtype=descr).data)
            count += len(block)
        file.seek(0)
        _write_header(file, descr, (count, *shape))
        if file.tell() != start:
            raise RuntimeError(f"the header of {path.name} changed its length")
    return count


def _write_header(file: BinaryIO, descr: str, shape: tuple[int, ...]) -> None:
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    npy.write_array_header_2_0(file, header)


class NpyFile:
    """A file that `write` wrote, open for reading.

    It is not mapped into memory, because all the pages that were ever read would then count as
    memory of this process. The operating system keeps in its cache what fits there.

    Attributes:
        path: The file.
        shape: The shape of the array.
        dtype: The type of its numbers.
    """

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            ValueError: `write` did not write this file.
        """
        self._file = path.open("rb")
        weakref.finalize(self, self._file.close)
        npy.read_magic(self._file)
        self.shape, is_fortran, self.dtype = npy.read_array_header_2_0(self._file)
        if is_fortran:
            raise ValueError(f"{path}: its rows are not stored one after another")
        self.path, self._start = path, self._file.tell()

    def read(self, positions: NDArray[np.int64], targets: NDArray[Any]) -> None:
        """Fill each of some arrays with the bytes from a position on.

        Args:
            positions: Where to start, in bytes after the header, shape (n,).
            targets: Contiguous arrays to be filled, shape (n, ...).

        Raises:
            OSError: The file ends early.
        """
        descriptor, size = self._file.fileno(), targets[:1].nbytes
        for position, target in zip((positions + self._start).tolist(), targets, strict=True):
            if os.preadv(descriptor, [target.data], position) != size:
                raise OSError(errno.EIO, "the frame store ends early", self._file.name)
