"""Codes and frames that are drawn from a model and a prior, and their distance from speech."""

import copy
from collections.abc import Mapping

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.evaluation import energy_distance
from sdmvae.nn.linear import ignore_float_warnings
from sdmvae.nn.priors import Prior
from sdmvae.runtime.seeds import seed_for

Distances = dict[str, dict[str, float | None]]  # by prior, then by set of frames

FITTED = "mixture"  # the fitted prior of the log-likelihood


@ignore_float_warnings
@torch.no_grad()
def draw_codes(
    autoencoder: Autoencoder,
    prior: Prior | None,
    count: int,
    seed: int,
    *,
    evenly: bool = False,
) -> torch.Tensor | None:
    """Draw the codes of independent frames.

    Args:
        autoencoder: In eval mode.
        prior: A prior that was fitted to it; None for the model's own prior.
        count: How many codes.
        seed: The seed of the draw.
        evenly: As `Prior.sample` takes it, for a fitted prior.

    Returns:
        Shape (count, K), on the device of the weights. None if the model has no prior of its own
        to draw from.
    """
    model, device = autoencoder.model, autoencoder.device
    if prior is None:
        generator = torch.Generator(device).manual_seed(seed)
        sample = model.sample_prior(count, generator, autoencoder.encode)
    else:
        # A copy, because a cell keeps its priors on the device of its weights.
        prior = copy.deepcopy(prior).to("cpu")
        sample = prior.sample(count, torch.Generator().manual_seed(seed), evenly=evenly).to(device)
    # No prior is given to a model whose code needs the posterior.
    return None if sample is None else model.code(sample, ())


@ignore_float_warnings
@torch.no_grad()
def draw_log_power(
    autoencoder: Autoencoder, prior: Prior | None, count: int, floor: float, seed: int
) -> np.ndarray | None:
    """Draw frames s from p(s | z), with z from a prior whose components are chosen evenly.

    The frame that the decoder expects would be too smooth: a frame of speech varies about it, as
    the likelihood says.

    Args:
        autoencoder: In eval mode.
        prior: A prior that was fitted to it; None for the model's own prior.
        count: How many frames.
        floor: The least power of a bin.
        seed: The seed of the draw.

    Returns:
        log max(s, floor), shape (count, bins), float32. None if the model has no prior of its own
        to draw from.
    """
    codes = draw_codes(autoencoder, prior, count, seed, evenly=True)
    if codes is None:
        return None
    generator = torch.Generator(codes.device).manual_seed(seed_for(seed, "likelihood"))
    power = autoencoder.likelihood.sample_power(autoencoder.decode(codes), generator)
    return np.asarray(power.clamp_min(floor).log().cpu().numpy())


def energy_distances(
    autoencoder: Autoencoder,
    priors: Mapping[str, Prior],
    real: Mapping[str, np.ndarray],
    floor: float,
    seed: int,
) -> Distances:
    """Return the energy distances of drawn frames from sets of frames of speech.

    As many frames are drawn as the largest set has.

    Args:
        autoencoder: In eval mode.
        priors: The priors that were fitted to it, by name; it may be empty.
        real: The log-power of the frames of each set, shape (N, bins), by the name of the set.
        floor: The least power of a bin.
        seed: The seed of the draws.

    Returns:
        The distance from each set, by the name of the set, under the ``prior`` of the model and
        under the ``fitted`` one, the mixture; None where there is no such prior, or no distance.
    """
    count = max(len(frames) for frames in real.values())
    fitted = {"fitted": priors[FITTED]} if FITTED in priors else {}
    drawn = dict[str, np.ndarray]()
    for name, prior in {"prior": None, **fitted}.items():
        frames = draw_log_power(autoencoder, prior, count, floor, seed_for(seed, name))
        if frames is not None:
            drawn[name] = frames
    found = energy_distance.energy_distances(drawn, real)
    return {
        name: {key: _or_none(found[name][key]) if name in found else None for key in real}
        for name in ("prior", "fitted")
    }


def _or_none(distance: float) -> float | None:
    return distance if np.isfinite(distance) else None
