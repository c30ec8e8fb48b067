"""The store of frames: one growing, memory-mapped .npy file of shape (frames, bins), float32."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.lib import format as npy


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
            file.write(np.ascontiguousarray(block, dtype="<f4").tobytes())
            count += len(block)
        file.seek(0)
        _write_header(file, count, bins)
        if file.tell() != start:
            raise RuntimeError("the header of the frame store changed its length")
    return count


def _write_header(file, count: int, bins: int) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": (count, bins)}
    npy.write_array_header_2_0(file, header)


def read(path: Path) -> np.ndarray:
    """The frames at `path`, memory-mapped, private and writable, shape (frames, bins), float32."""
    return np.load(path, mmap_mode="c", allow_pickle=False)
