"""Mixtures fitted to samples by expectation and maximisation (Dempster, Laird and Rubin 1977).

Only a few thousand samples are affordable, which is few for the 2,080 numbers that a covariance of
64 dimensions has. So the covariance of a component is drawn towards the mean covariance of all
components, as if so many samples more had it. Without that, a mixture scores worse on other speech
than one with a third of the samples does with it.
"""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from scipy.cluster.vq import kmeans2

from sdmvae.nn.priors import GaussianMixture, Prior, ProductMixture

STEPS = 4  # of maximisation; further ones change little
CLUSTER_STEPS = 10  # of k-means, which gives the start
BLOCK = 1024  # samples whose log-densities are computed together
# How many samples more a component counts as having, whose covariance is that of all components.
SHRINKAGE_PER_DIMENSION = 3.0  # for full covariances, times D
SHRINKAGE = 30.0  # for products
LEAST_SHARE = 1e-6  # a smaller responsibility is taken for 0
LEAST_VARIANCE = 1e-6  # of the variance over all samples
LEAST_ODDS = 1e-6

Maximise = Callable[[np.ndarray, np.ndarray], Prior]


def fit_mixture(samples: np.ndarray, components: int, seed: int) -> Prior:
    """Fit a mixture to samples.

    Args:
        samples: Shape (N, D).
        components: The number of components C.
        seed: The seed of the first clusters.

    Returns:
        Gaussians with full covariances. If some numbers are exactly 0, a Gaussian gives them no
        probability; then the components are products of spike and slabs.
    """
    samples = samples.astype(np.float64)
    maximise = maximise_products if (samples == 0).any() else maximise_gaussians
    responsibilities = _clusters(samples, components, seed)
    prior = maximise(samples, responsibilities)
    for _ in range(STEPS - 1):
        prior = maximise(samples, _expect(prior, samples))
    return prior


def fit_product(samples: np.ndarray) -> Prior:
    """Fit a single product: a Gaussian with a diagonal covariance, with spikes where zeros are."""
    return maximise_products(samples.astype(np.float64), np.ones((len(samples), 1)))


def maximise_gaussians(samples: np.ndarray, responsibilities: np.ndarray) -> GaussianMixture:
    """Return the Gaussians that fit best, given which component each sample belongs to.

    Args:
        samples: Shape (N, D), float64.
        responsibilities: The probability of each component for each sample, shape (N, C).
    """
    centre, scale = samples.mean(0), _scale(samples)
    scaled, dims = (samples - centre) / scale, samples.shape[1]
    counts = responsibilities.sum(0)
    means = np.zeros((len(counts), dims))
    scatters = np.zeros((len(counts), dims, dims))
    for component, share in enumerate(responsibilities.T):
        chosen = share > LEAST_SHARE
        if chosen.any():
            weights, own = share[chosen], scaled[chosen]
            means[component] = weights @ own / weights.sum()
            centred = own - means[component]
            scatters[component] = (centred * weights[:, None]).T @ centred
    pooled = scatters.sum(0) / len(samples) + LEAST_VARIANCE * np.eye(dims)
    shrinkage = SHRINKAGE_PER_DIMENSION * dims
    covariances = (scatters + shrinkage * pooled) / (counts + shrinkage)[:, None, None]
    # With S = L L', W = inv(L)' makes (v - m) W white.
    whitening = np.linalg.inv(np.linalg.cholesky(covariances)).transpose(0, 2, 1)
    return GaussianMixture(
        _tensor(_log_weights(counts)),
        _tensor(means * scale + centre),
        _tensor(whitening / scale[:, None]),
    )


def maximise_products(samples: np.ndarray, responsibilities: np.ndarray) -> ProductMixture:
    """Return the products of spike and slabs that fit best.

    The arguments are those of `maximise_gaussians`.
    """
    on = (samples != 0).astype(np.float64)
    counts, on_counts = responsibilities.sum(0), responsibilities.T @ on
    shrinkage = SHRINKAGE * (len(counts) > 1)
    odds = (on_counts + shrinkage * on.mean(0)) / (counts + shrinkage)[:, None]
    odds = odds.clip(LEAST_ODDS, 1 - LEAST_ODDS)
    divisor = np.maximum(on_counts, LEAST_SHARE)
    means = responsibilities.T @ samples / divisor
    scatters = np.maximum(responsibilities.T @ samples**2 - on_counts * means**2, 0)
    pooled = scatters.sum(0) / np.maximum(on.sum(0), 1) + LEAST_VARIANCE * _scale(samples) ** 2
    variances = (scatters + (shrinkage + LEAST_SHARE) * pooled) / (
        on_counts + shrinkage + LEAST_SHARE
    )
    return ProductMixture(
        _tensor(_log_weights(counts)),
        _tensor(means),
        _tensor(np.log(variances)),
        _tensor(np.log(odds) - np.log1p(-odds)),
    )


def _clusters(samples: np.ndarray, components: int, seed: int) -> np.ndarray:
    """Return one-hot responsibilities, shape (N, C)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "One of the clusters is empty")
        _, labels = kmeans2(
            (samples - samples.mean(0)) / _scale(samples),
            components,
            iter=CLUSTER_STEPS,
            minit="++",
            rng=np.random.default_rng(seed),
        )
    return np.asarray(np.eye(components)[labels])


def _expect(prior: Prior, samples: np.ndarray) -> np.ndarray:
    """Return the probability of each component for each sample, shape (N, C)."""
    blocks = torch.split(torch.from_numpy(samples.astype(np.float32)), BLOCK)
    shares = [torch.softmax(prior.component_log_densities(block), dim=-1) for block in blocks]
    return torch.cat(shares).double().numpy()


def _log_weights(counts: np.ndarray) -> np.ndarray:
    return np.asarray(np.log((counts + 1) / (counts + 1).sum()))


def _scale(samples: np.ndarray) -> np.ndarray:
    deviation = samples.std(0)
    return np.where(deviation > 0, deviation, 1.0)


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))
