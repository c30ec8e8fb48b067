"""Codes as a table for other programs: a row for each frame."""

from pathlib import Path

import pandas as pd

from sdmvae.codes.values import Codes


def write(path: Path, codes: Codes) -> None:
    """Write codes as comma-separated values.

    The columns are ``time`` in seconds and the entries of the code, ``c0``, ``c1`` and so on. The
    entries have as many digits as single precision needs.

    Args:
        path: The file to write, with any suffix.
        codes: The codes.
    """
    names = [f"c{number}" for number in range(codes.values.shape[1])]
    table = pd.DataFrame(codes.values, columns=names)
    table.insert(0, "time", codes.times)
    table.to_csv(path, index=False)
