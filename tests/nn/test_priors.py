"""Tests of the densities of fitted priors."""

import numpy as np
import pytest
import torch
from scipy import special, stats

from sdmvae.nn.priors import GaussianMixture, ProductMixture
from tests.support.networks import normal, seeded

WEIGHTS = np.array([0.2, 0.5, 0.3])


def covariances(dims=4):
    """Return three covariances with their whitening, shape (3, dims, dims) each."""
    roots = normal(3, dims, dims, seed=3).numpy()
    matrices = roots @ roots.transpose(0, 2, 1) + 0.5 * np.eye(dims)
    return matrices, np.linalg.inv(np.linalg.cholesky(matrices)).transpose(0, 2, 1)


def gaussian_mixture(means, whitening):
    tensors = (np.log(WEIGHTS), means, whitening)
    return GaussianMixture(*(torch.from_numpy(each) for each in tensors))


def test_a_gaussian_mixture_has_the_density_that_scipy_computes():
    means, (matrices, whitening) = 3 * normal(3, 4, seed=1).numpy(), covariances()
    value = 3 * normal(50, 4, seed=2)
    expected = special.logsumexp(
        [
            np.log(weight) + stats.multivariate_normal(mean, matrix).logpdf(value.numpy())
            for weight, mean, matrix in zip(WEIGHTS, means, matrices, strict=True)
        ],
        axis=0,
    )
    prior = gaussian_mixture(means, whitening)
    np.testing.assert_allclose(prior.log_density(value), expected, rtol=1e-12)
    single = prior.log_density(value.float())
    assert single.dtype == torch.float32
    np.testing.assert_allclose(single, expected, rtol=1e-5, atol=1e-4)


def test_components_far_from_zero_keep_their_digits_in_float32():
    means, (_, whitening) = normal(3, 4, seed=1).numpy(), covariances()
    value = normal(50, 4, seed=2)
    expected = gaussian_mixture(means, whitening).log_density(value)
    shifted = gaussian_mixture(means + 100, whitening).log_density((value + 100).float())
    np.testing.assert_allclose(shifted, expected, atol=0.02)


def product(on=0.7):
    log_odds = torch.full((3, 4), np.log(on) - np.log1p(-on), dtype=torch.float64)
    parameters = 2 * normal(3, 4, seed=1), normal(3, 4, seed=2), log_odds
    return ProductMixture(torch.from_numpy(np.log(WEIGHTS)), *parameters)


def test_a_product_has_the_density_that_scipy_computes():
    prior, value = product(), normal(60, 4, seed=5)
    value[torch.rand(60, 4, generator=seeded()) < 0.4] = 0
    means, deviations = prior.means.numpy(), prior.log_variances.exp().sqrt().numpy()
    components = [
        np.log(weight)
        + np.where(
            value.numpy() == 0,
            np.log(0.3),
            np.log(0.7) + stats.norm.logpdf(value.numpy(), mean, deviation),
        ).sum(axis=1)
        for weight, mean, deviation in zip(WEIGHTS, means, deviations, strict=True)
    ]
    expected = special.logsumexp(components, axis=0)
    np.testing.assert_allclose(prior.log_density(value), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["gaussians", "products"])
def test_a_density_integrates_to_one(kind):
    """In two dimensions; a product also has lines and a point with a probability of their own."""
    grid = torch.linspace(-12, 12, 400, dtype=torch.float64)
    step = float(grid[1] - grid[0])
    plane = torch.stack(torch.meshgrid(grid, grid, indexing="ij"), dim=-1).reshape(-1, 2)
    if kind == "gaussians":
        means, (_, whitening) = normal(3, 2, seed=1).numpy(), covariances(2)
        prior = gaussian_mixture(means, whitening)
        lines = point = 0.0
    else:
        tensors = normal(3, 2, seed=1), normal(3, 2, seed=2), normal(3, 2, seed=3)
        prior = ProductMixture(torch.from_numpy(np.log(WEIGHTS)), *tensors)
        zero = torch.zeros_like(grid)
        lines = sum(
            float(prior.log_density(torch.stack(axes, dim=-1)).exp().sum()) * step
            for axes in ((grid, zero), (zero, grid))
        )
        point = float(prior.log_density(torch.zeros(1, 2)).exp())
    total = float(prior.log_density(plane).exp().sum()) * step**2 + lines + point
    assert total == pytest.approx(1, abs=1e-4)


def test_samples_of_a_gaussian_mixture_have_its_mean_and_its_covariance():
    means, (matrices, whitening) = 3 * normal(3, 4, seed=1).numpy(), covariances()
    samples = gaussian_mixture(means, whitening).sample(40_000, seeded()).numpy()
    mean = WEIGHTS @ means
    second = np.einsum("c,cij->ij", WEIGHTS, matrices + means[:, :, None] * means[:, None])
    np.testing.assert_allclose(samples.mean(0), mean, atol=0.1)
    np.testing.assert_allclose(
        np.cov(samples.T), second - np.outer(mean, mean), rtol=0.05, atol=0.4
    )


def test_samples_of_a_product_have_its_zeros_and_its_mean():
    prior = product(on=0.7)
    samples = prior.sample(40_000, seeded()).numpy()
    assert (samples == 0).mean() == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose(samples.mean(0), 0.7 * WEIGHTS @ prior.means.numpy(), atol=0.05)


def test_a_seed_gives_the_same_samples_again():
    first, again, other = (product().sample(9, seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_components_that_are_chosen_evenly_are_as_many_as_their_weights_say():
    means = np.array([[-50.0] * 4, [0.0] * 4, [50.0] * 4])
    prior = gaussian_mixture(means, np.stack([np.eye(4)] * 3))
    for seed in range(5):
        values = prior.sample(1_001, seeded(seed), evenly=True).numpy()
        counts = [int((np.abs(values[:, 0] - mean) < 20).sum()) for mean in (-50, 0, 50)]
        np.testing.assert_allclose(counts, 1_001 * WEIGHTS, atol=1)
    near = values[np.abs(values[:, 0]) < 20]
    assert stats.kstest(near.ravel(), stats.norm().cdf).pvalue > 1e-3
