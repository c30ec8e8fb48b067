"""Priors fitted after training, the same kinds for every model, under which likelihoods compare.

A model's own prior may be a bad fit to what its encoder puts out, or no prior at all: that of
`sdm` has variances that are fitted to each frame. So a prior is fitted to the aggregate posterior,
the mean of q(. | s) over training frames. It is fixed before a test frame is seen, and with it the
importance-weighted bound of any model bounds a likelihood.
"""

import json
from pathlib import Path

import numpy as np
import safetensors.torch
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.evaluation.even_frames import FrameStore, choose
from sdmvae.evaluation.mixtures import fit_mixture, fit_product
from sdmvae.nn.linear import ignore_float_warnings
from sdmvae.nn.priors import GaussianMixture, Prior, ProductMixture

COMPONENTS = 32
LEAST_FRAMES = 100  # per component
FRAMES = 12_000  # with more, a fit takes longer, and gains half a nat from twice as many

Priors = dict[str, Prior]


class PriorError(ValueError):
    """A fitted prior cannot be used; the message is one line that names its file."""


@ignore_float_warnings
@torch.no_grad()
def sample_aggregate_posterior(
    autoencoder: Autoencoder, frames: FrameStore, seed: int
) -> np.ndarray | None:
    """Draw one sample of q(. | s) for each of at most `FRAMES` frames.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        frames: The log-power of training frames, from which evenly spaced ones are taken.
        seed: The seed of the samples.

    Returns:
        Shape (N, D), float32. None if the model has no likelihood under such a prior: its decoder
        sees more of a frame than the sample, or the density of q(. | s) is not known.
    """
    device = autoencoder.device
    log_power = torch.from_numpy(choose(frames, FRAMES)).to(device)
    model, posterior = autoencoder.model, autoencoder.encode(autoencoder.encoder_input(log_power))
    sample = model.sample(posterior, torch.Generator(device).manual_seed(seed))
    if model.code_depends_on_the_posterior or model.log_posterior(posterior, sample) is None:
        return None
    return np.asarray(sample.cpu().numpy())


def fit(autoencoder: Autoencoder, frames: FrameStore, seed: int) -> Priors:
    """Fit a prior of each kind to a trained autoencoder.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        frames: The log-power of training frames.
        seed: The seed of the samples, and of the mixture's start.

    Returns:
        What `fit_to_samples` returns. There is no prior if the model has no likelihood under one.
    """
    samples = sample_aggregate_posterior(autoencoder, frames, seed)
    return {} if samples is None else fit_to_samples(samples, seed)


def fit_to_samples(samples: np.ndarray, seed: int) -> Priors:
    """Fit a prior of each kind to samples.

    Args:
        samples: Samples of the aggregate posterior, shape (N, D).
        seed: The seed of the mixture's start.

    Returns:
        ``gaussian``, with a diagonal covariance, and ``mixture``, of up to 32 Gaussians with full
        covariances. Where samples have exact zeros, both are of products of spike and slabs.
    """
    components = int(np.clip(len(samples) // LEAST_FRAMES, 1, COMPONENTS))
    return {"gaussian": fit_product(samples), "mixture": fit_mixture(samples, components, seed)}


def save(folder: Path, priors: Priors) -> None:
    """Write the priors to a new folder: a file for each, and their list in priors.json."""
    folder.mkdir()
    for name, prior in priors.items():
        content = safetensors.torch.save(prior.state_dict())
        (folder / f"{name}.safetensors").write_bytes(content)
    kinds = {
        name: {"components": len(prior.log_weights), "kind": type(prior).__name__}
        for name, prior in priors.items()
    }
    (folder / "priors.json").write_text(json.dumps(kinds, indent=2) + "\n", encoding="utf-8")


def load(folder: Path) -> Priors:
    """Read the priors that were saved in a folder.

    Raises:
        OSError: There is no such folder.
        PriorError: A file is not what was saved.
    """
    priors: Priors = {}
    listed = folder / "priors.json"
    try:
        names = list(json.loads(listed.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise PriorError(f"{listed}: not a list of priors") from None
    for name in names:
        path = folder / f"{name}.safetensors"
        try:
            tensors = safetensors.torch.load_file(path)
            kind = GaussianMixture if "whitening" in tensors else ProductMixture
            priors[name] = kind(**tensors)
        except (OSError, TypeError, safetensors.SafetensorError) as error:
            reason = str(error).partition("\n")[0]
            raise PriorError(
                f"{path}: not a prior: {reason}; run the stage resynthesize again"
            ) from error
    return priors
