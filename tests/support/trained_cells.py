"""Cells with random weights, on disk as the pipeline leaves trained ones."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from sdmvae import autoencoder
from sdmvae.evaluation import fitted_priors
from sdmvae.training import saved
from tests.support import networks

WINDOW, HOP, FLOOR = 256, 64, 1e-6
TRANSFORM = {"rate": 16_000, "window": WINDOW, "hop": HOP, "floor": FLOOR}


def write_cell(
    root: Path,
    name: str = "vae-m4",
    model: str = "vae",
    arguments: dict[str, Any] | None = None,
    *,
    seed: int = 0,
    corpus: str = "voices",
    priors: bool = False,
) -> Path:
    """Write a cell below ``root/data``, and return the folder of its weights.

    Args:
        root: The root of a project.
        name: The name of the cell.
        model: The name of its model.
        arguments: The model's own arguments.
        seed: The seed of its weights.
        corpus: What its training speech is said to be.
        priors: Whether it has fitted priors, of 4 dimensions.
    """
    configuration = networks.configuration(
        model, arguments, m=4, bins=WINDOW // 2 + 1, transform=TRANSFORM
    )
    weights = autoencoder.build(configuration, networks.seeded(seed)).state_dict()
    folder = root / "data/models" / name / str(seed)
    folder.mkdir(parents=True)
    saved.save(folder, configuration, weights)
    (root / "data/origin.json").write_text(json.dumps({"name": corpus, "root": None}))
    if priors:
        write_priors(root / "data/priors" / name / str(seed))
    return folder


def write_priors(folder: Path) -> None:
    """Write the priors that fit samples of N(3, 0.25 I) in 4 dimensions."""
    folder.parent.mkdir(parents=True)
    samples = 3 + 0.5 * np.random.default_rng(0).standard_normal((400, 4)).astype(np.float32)
    fitted_priors.save(folder, fitted_priors.fit_to_samples(samples, seed=0))
