"""Which test frames excite a dimension of a code most, and what they have in common."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sdmvae.probes.targets import VOICED

MOST_DIMENSIONS, MOST_FRAMES = 10, 50


class Excitation(NamedTuple):
    """The frames with the largest entries of one sign in one dimension.

    Attributes:
        rows: Which of the T frames they are, the largest entry first.
        voiced: The share of them that is voiced.
        speakers: The share of each speaker, the largest first.
        phones: The share of each phone, the largest first; empty if phones are not known.
        spectrum: The mean of their log-power, shape (bins,).
    """

    rows: np.ndarray
    voiced: float
    speakers: dict[str, float]
    phones: dict[str, float]
    spectrum: np.ndarray


def find_most_used(
    codes: np.ndarray, divergence: np.ndarray | None, most: int = MOST_DIMENSIONS
) -> list[int]:
    """Return the dimensions that are used most, the most used one first.

    They have the largest mean KL divergence, which does not depend on the scale of a dimension.
    Without a divergence they have the largest standard deviation.

    Args:
        codes: The codes, shape (T, D).
        divergence: The KL divergence of each dimension, shape (T, D), or None.
        most: How many dimensions are returned.
    """
    use = codes.std(axis=0, dtype=np.float64)
    if divergence is not None and divergence.shape[1] == codes.shape[1]:
        use = divergence.mean(axis=0, dtype=np.float64)
    order: list[int] = np.argsort(-use, kind="stable")[:most].tolist()
    return order


def excite(
    entries: np.ndarray,
    table: pd.DataFrame,
    log_power: np.ndarray,
    sign: int,
    most: int = MOST_FRAMES,
) -> Excitation | None:
    """Return the frames with the largest entries of one sign; None if no entry has this sign.

    Args:
        entries: The entries of one dimension, shape (T,).
        table: The table of targets of the same T frames.
        log_power: Their log-power, shape (T, bins).
        sign: 1 for the largest positive entries, -1 for the largest negative ones.
        most: How many frames are taken.
    """
    order = np.argsort(-sign * entries, kind="stable")[:most]
    rows = order[sign * entries[order] > 0]
    if not len(rows):
        return None
    own = table.iloc[rows]
    return Excitation(
        rows,
        float((own["voicing"] == VOICED).mean()),
        _share(own["speaker"]),
        _share(own.loc[own["phone"] != "", "phone"]),
        log_power[rows].mean(axis=0, dtype=np.float64),
    )


def _share(names: "pd.Series[str]") -> dict[str, float]:
    """Return the share of each name, the largest first; of two equal ones, the first by name."""
    shares = {str(name): count / len(names) for name, count in names.value_counts().items()}
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))
