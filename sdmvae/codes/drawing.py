"""Codes that are drawn from the priors of a cell."""

from collections.abc import Mapping

import numpy as np

from sdmvae.autoencoder import Autoencoder
from sdmvae.codes.values import CodeError
from sdmvae.evaluation.drawn_frames import draw_codes
from sdmvae.nn.priors import Prior

OWN = "own"


def priors_of(autoencoder: Autoencoder, fitted: Mapping[str, Prior]) -> list[str]:
    """Return the names of the priors that can be drawn from, the best fit first.

    Args:
        autoencoder: In eval mode.
        fitted: The priors that were fitted after training, by name.
    """
    # A mixture fits the codes best, and a prior that was chosen before training fits them least.
    names = sorted(fitted, reverse=True)
    return names if draw_codes(autoencoder, None, 1, 0) is None else [*names, OWN]


def draw(
    autoencoder: Autoencoder, fitted: Mapping[str, Prior], count: int, name: str | None, seed: int
) -> np.ndarray:
    """Draw codes from a prior.

    Args:
        autoencoder: In eval mode.
        fitted: The priors that were fitted after training, by name.
        count: How many codes.
        name: The name of a fitted prior, "own", or None for the best fit.
        seed: The seed of the draw.

    Returns:
        Shape (count, dims), float32.

    Raises:
        CodeError: There is no such prior.
    """
    if count < 1:
        raise CodeError(f"frames: {count}: give 1 or more")
    names = priors_of(autoencoder, fitted)
    if not names or (name is not None and name not in names):
        raise CodeError(
            f"prior: {name or 'any'}: this cell has {', '.join(names) or 'no prior to draw from'}"
        )
    name = name or names[0]
    codes = draw_codes(autoencoder, None if name == OWN else fitted[name], count, seed)
    assert codes is not None
    return np.asarray(codes.cpu().numpy())
