"""The energy distance of one set of frames from another."""

import numpy as np

from sdmvae.evaluation.energy_distance import energy_distances


def energy_distance(frames: np.ndarray, real: np.ndarray) -> float:
    """Return the energy distance of two sets, each of shape (N, bins)."""
    return energy_distances({"": frames}, {"": real})[""][""]
