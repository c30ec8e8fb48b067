"""Tests of mixtures that are fitted to samples."""

import numpy as np
import pytest
import torch
from scipy import stats

from sdmvae.evaluation import mixtures
from sdmvae.nn.priors import GaussianMixture, ProductMixture
from tests.support.networks import one_thread

__all__ = ["one_thread"]

DIMS = 3


def covariance(seed):
    root = np.random.default_rng(seed).standard_normal((DIMS, DIMS))
    return root @ root.T + 0.2 * np.eye(DIMS)


def two_gaussians(count, seed=0):
    """Return samples of 0.3 N(4, S) + 0.7 N(-4, T)."""
    random = np.random.default_rng(seed)
    first = random.multivariate_normal(np.full(DIMS, 4.0), covariance(1), count)
    second = random.multivariate_normal(np.full(DIMS, -4.0), covariance(2), count)
    return np.where(random.random((count, 1)) < 0.3, first, second)


def mean_log_density(prior, samples):
    return float(prior.log_density(torch.from_numpy(samples)).mean())


def covariances_of(prior):
    inverse = np.linalg.inv(prior.whitening.double().numpy())
    return inverse.transpose(0, 2, 1) @ inverse


def test_a_mixture_is_found_again():
    prior = mixtures.fit_mixture(two_gaussians(40_000), 2, seed=0)
    assert isinstance(prior, GaussianMixture)
    order = np.argsort(-prior.means[:, 0].numpy())
    np.testing.assert_allclose(prior.log_weights.exp()[order], [0.3, 0.7], atol=0.01)
    np.testing.assert_allclose(prior.means[order], [[4] * DIMS, [-4] * DIMS], atol=0.08)
    for found, seed in zip(covariances_of(prior)[order], (1, 2), strict=True):
        np.testing.assert_allclose(found, covariance(seed), atol=0.12)


def test_one_component_has_the_moments_of_the_samples():
    samples = two_gaussians(500)
    prior = mixtures.fit_mixture(samples, 1, seed=0)
    np.testing.assert_allclose(prior.means[0], samples.mean(0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        covariances_of(prior)[0], np.cov(samples.T, bias=True), rtol=1e-4, atol=1e-4
    )
    diagonal = mixtures.fit_product(samples)
    expected = stats.norm(samples.mean(0), samples.std(0)).logpdf(samples).sum(1).mean()
    assert mean_log_density(diagonal, samples) == pytest.approx(expected, abs=1e-3)


def test_every_step_raises_the_likelihood_where_nothing_is_shrunk(monkeypatch):
    monkeypatch.setattr(mixtures, "SHRINKAGE_PER_DIMENSION", 0.0)
    samples = np.random.default_rng(0).standard_exponential((2000, DIMS))
    values = []
    for steps in (1, 2, 4, 8):
        monkeypatch.setattr(mixtures, "STEPS", steps)
        values.append(mean_log_density(mixtures.fit_mixture(samples, 5, seed=0), samples))
    assert values == sorted(values) and values[0] < values[-1]


def test_shrinkage_helps_where_samples_are_few(monkeypatch):
    dims, components = 20, 8
    random = np.random.default_rng(0)
    centres = 3 * random.standard_normal((components, dims))

    def draw(count):
        return centres[random.integers(0, components, count)] + random.standard_normal(
            (count, dims)
        )

    samples, others = draw(400), draw(4000)
    shrunk = mean_log_density(mixtures.fit_mixture(samples, components, seed=0), others)
    monkeypatch.setattr(mixtures, "SHRINKAGE_PER_DIMENSION", 0.0)
    plain = mean_log_density(mixtures.fit_mixture(samples, components, seed=0), others)
    assert shrunk > plain + 2


@pytest.mark.parametrize("scales", [[1.0, 1.0, 1.0], [1e-3, 1.0, 1e4]])
def test_the_scale_of_a_dimension_changes_nothing_but_the_unit(scales):
    samples = two_gaussians(3000)
    plain = mean_log_density(mixtures.fit_mixture(samples, 4, seed=0), samples)
    scaled = mean_log_density(mixtures.fit_mixture(samples * scales, 4, seed=0), samples * scales)
    assert scaled == pytest.approx(plain - np.log(scales).sum(), abs=1e-3)


def sparse(count, seed=0):
    """Return samples of two kinds, each of which has its own dimensions that are mostly zero."""
    random = np.random.default_rng(seed)
    kind = random.random((count, 1)) < 0.4
    on = random.random((count, 4)) < np.where(kind, [0.9, 0.9, 0.1, 0.1], [0.1, 0.1, 0.9, 0.9])
    values = np.where(kind, 3.0, -3.0) + random.standard_normal((count, 4))
    return np.where(on, values, 0.0)


def test_exact_zeros_get_a_probability_of_their_own():
    prior = mixtures.fit_mixture(sparse(20_000), 2, seed=0)
    assert isinstance(prior, ProductMixture)
    order = np.argsort(-prior.means[:, 0].numpy())
    np.testing.assert_allclose(prior.log_weights.exp()[order], [0.4, 0.6], atol=0.02)
    on = torch.sigmoid(prior.log_odds)[order]
    np.testing.assert_allclose(on, [[0.9, 0.9, 0.1, 0.1], [0.1, 0.1, 0.9, 0.9]], atol=0.03)
    np.testing.assert_allclose(prior.means[order][0, :2], [3, 3], atol=0.1)
    np.testing.assert_allclose(prior.log_variances[order][0, :2], [0, 0], atol=0.1)
    others = sparse(4000, seed=1)
    assert mean_log_density(prior, others) > mean_log_density(
        mixtures.fit_product(sparse(20_000)), others
    )


@pytest.mark.parametrize("odd", ["always zero", "constant", "tiny", "few samples"])
def test_odd_dimensions_give_finite_densities(odd):
    samples = two_gaussians(300)
    if odd == "always zero":
        samples[:, 1] = 0
    elif odd == "constant":
        samples[:, 1] = 2.5
    elif odd == "tiny":
        samples[:, 1] *= 1e-20
    else:
        samples = samples[:4]
    for prior in (mixtures.fit_mixture(samples, 3, seed=0), mixtures.fit_product(samples)):
        density = prior.log_density(torch.from_numpy(samples.astype(np.float32)))
        assert density.isfinite().all()
        assert all(tensor.isfinite().all() for tensor in prior.state_dict().values())


def test_the_same_seed_gives_the_same_bytes():
    first, again, other = (mixtures.fit_mixture(two_gaussians(2000), 6, seed=s) for s in (3, 3, 4))
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name])
    assert not torch.equal(first.means, other.means)
