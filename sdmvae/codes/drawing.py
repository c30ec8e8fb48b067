"""Codes that are drawn from the priors of a cell."""

import copy
from collections.abc import Mapping

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.codes.network import device_of
from sdmvae.codes.values import CodeError
from sdmvae.nn.linear import ignore_float_warnings
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
    return names if _draw_own(autoencoder, 1, 0) is None else [*names, OWN]


@ignore_float_warnings
@torch.no_grad()
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
    if (name := name or names[0]) == OWN:
        sample = _draw_own(autoencoder, count, seed)
        assert sample is not None
    else:
        # A copy, because the cell keeps its priors on the device of its weights.
        prior = copy.deepcopy(fitted[name]).to("cpu")
        sample = prior.sample(count, torch.Generator().manual_seed(seed))
        sample = sample.to(device_of(autoencoder))
    # No prior is given to a model whose code needs the posterior.
    codes = autoencoder.model.code(sample, ())
    return np.asarray(codes.cpu().numpy())


@torch.no_grad()
def _draw_own(autoencoder: Autoencoder, count: int, seed: int) -> torch.Tensor | None:
    device = device_of(autoencoder)
    generator = torch.Generator(device).manual_seed(seed)
    return autoencoder.model.sample_prior(count, generator, autoencoder.encode)
