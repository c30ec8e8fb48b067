"""Codes in a .npz file, with the times of their frames and the transform that made these."""

import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sdmvae.codes.cell import TrainedCell
from sdmvae.codes.values import CodeError, Codes


class CodeFile(NamedTuple):
    """What a file of codes holds.

    Attributes:
        codes: The codes.
        cell: The name of the cell that they are of; empty if it is not known.
        seed: The seed that this cell was trained with; empty if it is not known.
    """

    codes: Codes
    cell: str
    seed: str


def write(path: Path, codes: Codes, cell: TrainedCell) -> None:
    """Write codes.

    The arrays are ``codes`` (frames, dims), ``times`` (frames,) in seconds, ``period`` in seconds,
    ``rate`` in Hz, ``peak``, ``cell``, its ``seed``, and ``original`` (n,) if the codes are of
    speech.

    Args:
        path: The file to write, with any suffix.
        codes: The codes.
        cell: The cell that they are of.
    """
    arrays: dict[str, Any] = {
        "codes": codes.values,
        "times": codes.times,
        "period": np.float64(codes.period),
        "rate": np.int64(cell.rate),
        "peak": np.float64(codes.peak),
        "cell": np.str_(cell.about.name),
        "seed": np.str_(cell.about.seed),
    }
    if codes.original is not None:
        arrays["original"] = codes.original
    with path.open("wb") as file:
        np.savez(file, **arrays)


def read(path: Path) -> CodeFile:
    """Read codes. Only ``codes`` and ``period`` have to be there. No pickle is read.

    Args:
        path: A file that `write` has written, or one with the same arrays.

    Raises:
        CodeError: The file does not hold codes; the message is one line that names it.
        OSError: There is no such file.
    """
    try:
        # NumPy leaves a file open that it cannot read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            codes = Codes(
                values=np.asarray(arrays["codes"], np.float32),
                period=float(arrays["period"]),
                original=arrays.get("original"),
                peak=float(arrays["peak"]) if "peak" in arrays else 1.0,
            )
            names = (str(arrays[key]) if key in arrays else "" for key in ("cell", "seed"))
            return CodeFile(codes, *names)
    except (KeyError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        reason = str(error).partition("\n")[0]
        raise CodeError(f"{path}: holds no codes: {reason}") from error
