"""Bounds on the log-likelihood of frames, under the model's own prior and under fitted ones."""

from collections.abc import Mapping

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder, importance_weighted_bound
from sdmvae.nn.priors import Prior

Bounds = dict[str, np.ndarray]


def bound_likelihoods(
    autoencoder: Autoencoder,
    log_power: torch.Tensor,
    samples: int,
    priors: Mapping[str, Prior],
    generator: torch.Generator,
) -> Bounds:
    """Return importance-weighted bounds (IWAE), from the same samples under every prior.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        log_power: log s, shape (T, bins).
        samples: K, the samples of the posterior per frame.
        priors: The fitted priors ``mixture`` and ``gaussian``; it may be empty.
        generator: The source of the samples.

    Returns:
        Nats per frame, shape (T,) each, NaN where the model has no such likelihood. ``likelihood``
        is under the mixture, ``likelihood_gain`` how much of it K samples added to K / 4,
        ``likelihood_gaussian`` is under the Gaussian, and ``iwae`` under the model's own prior.
    """
    densities = [prior.log_density for prior in priors.values()]
    own, *others = autoencoder.importance_weights(log_power, samples, generator, densities)
    by_prior = dict(zip(priors, others, strict=True))
    nothing = torch.full_like(own, torch.nan)
    if not autoencoder.model.has_likelihood:
        own = nothing
    mixture, gaussian = (by_prior.get(name, nothing) for name in ("mixture", "gaussian"))
    bounds = {
        "likelihood": importance_weighted_bound(mixture),
        "likelihood_gain": gain(mixture),
        "likelihood_gaussian": importance_weighted_bound(gaussian),
        "iwae": importance_weighted_bound(own),
    }
    return {name: bound.cpu().numpy() for name, bound in bounds.items()}


def gain(log_weights: torch.Tensor) -> torch.Tensor:
    """Return how much higher the bound of K samples is than that of K / 4.

    The bound of K / 4 samples is the mean over the parts that K samples can be split into.

    Args:
        log_weights: log w_k, shape (K, T).

    Returns:
        Nats per frame, shape (T,).
    """
    part = max(1, len(log_weights) // 4)
    parts = [each for each in torch.split(log_weights, part) if len(each) == part]
    of_parts = torch.stack([importance_weighted_bound(each) for each in parts])
    return importance_weighted_bound(log_weights) - of_parts.mean(0)
