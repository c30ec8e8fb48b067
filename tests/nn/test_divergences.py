import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from torch.distributions import Bernoulli, Normal, kl_divergence

from sdmvae.nn import divergences
from tests.support.networks import normal, seeded

ALPHAS = [0.05, 0.5, 0.9]


def fixed(alpha):
    """The prior of variational sparse coding."""
    values = (0.0, 0.0, math.log(alpha / (1 - alpha)))
    return divergences.SpikeAndSlab(
        *(torch.tensor(number, dtype=torch.float64) for number in values)
    )


def best_log_gamma(mean, log_variance):
    return torch.log(mean**2 + log_variance.exp())


def test_itakura_saito_is_the_likelihood_of_a_complex_circular_gaussian():
    random = np.random.default_rng(0)
    x = random.standard_normal((4, 6)) + 1j * random.standard_normal((4, 6))
    log_variance = normal(4, 6, scale=2).numpy()
    deviation = np.exp(log_variance / 2) / math.sqrt(2)
    log_likelihood = stats.norm.logpdf(x.real, scale=deviation)
    log_likelihood += stats.norm.logpdf(x.imag, scale=deviation)
    value = divergences.itakura_saito(
        torch.from_numpy(2 * np.log(np.abs(x))), torch.from_numpy(log_variance)
    )
    assert value.shape == (4,)
    expected = -log_likelihood.sum(axis=1) - 6 * math.log(math.pi)
    np.testing.assert_allclose(value.numpy(), expected, rtol=1e-12)


def test_itakura_saito_is_smallest_where_the_variance_is_the_power():
    log_power = normal(3, 5)
    log_variance = log_power.clone().requires_grad_()
    smallest = divergences.itakura_saito(log_power, log_variance)
    torch.testing.assert_close(smallest, (log_power + 1).sum(-1))
    (gradient,) = torch.autograd.grad(smallest.sum(), log_variance)
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), rtol=0, atol=1e-12)
    for seed in range(20):
        moved = log_power + normal(3, 5, seed=seed, scale=0.1)
        assert (divergences.itakura_saito(log_power, moved) > smallest).all()


def test_the_gradient_of_itakura_saito_is_that_of_the_plain_formula():
    log_power, weights = normal(4, 6), normal(4, seed=2)
    log_variance = normal(4, 6, seed=1).requires_grad_()
    plain = (log_power.exp() * torch.exp(-log_variance) + log_variance).sum(-1)
    (expected,) = torch.autograd.grad((weights * plain).sum(), log_variance)
    value = divergences.itakura_saito(log_power, log_variance)
    (gradient,) = torch.autograd.grad((weights * value).sum(), log_variance)
    torch.testing.assert_close(value, plain, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(gradient, expected, rtol=1e-12, atol=1e-12)


def test_the_standard_normal_kl_is_that_of_torch():
    mean, log_variance = normal(4, 6), normal(4, 6, seed=1, scale=3)
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(-1)
    torch.testing.assert_close(divergences.standard_normal_kl(mean, log_variance), expected)


def test_the_standard_normal_kl_is_zero_at_the_prior_and_exact_near_it():
    near = torch.tensor([[0.0, 1e-4]])
    assert divergences.standard_normal_kl(torch.zeros(1, 2), torch.zeros(1, 2)) == 0
    value = divergences.standard_normal_kl(near, torch.zeros(1, 2))
    assert float(value) == pytest.approx(0.5e-8, rel=1e-5)


def test_the_zero_mean_kl_is_that_of_torch():
    mean, log_variance, log_gamma = normal(4, 6), normal(4, 6, seed=1), normal(4, 6, seed=2)
    prior = Normal(torch.zeros_like(mean), (log_gamma / 2).exp())
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), prior).sum(-1)
    value = divergences.zero_mean_kl(mean, log_variance, log_gamma)
    torch.testing.assert_close(value, expected)


def test_the_zero_mean_kl_for_gamma_1_is_the_standard_normal_kl():
    mean, log_variance = normal(4, 6), normal(4, 6, seed=1)
    value = divergences.zero_mean_kl(mean, log_variance, torch.zeros_like(mean))
    torch.testing.assert_close(value, divergences.standard_normal_kl(mean, log_variance))


def test_the_zero_mean_kl_agrees_with_quadrature():
    mean, log_variance, log_gamma = 0.7, -1.3, 0.4
    q, p = stats.norm(mean, math.exp(log_variance / 2)), stats.norm(0, math.exp(log_gamma / 2))
    expected, _ = integrate.quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), -8, 8)
    value = divergences.zero_mean_kl(
        *(
            torch.tensor([[number]], dtype=torch.float64)
            for number in (mean, log_variance, log_gamma)
        )
    )
    assert float(value) == pytest.approx(expected, rel=1e-8)


def test_with_the_best_gamma_held_value_and_gradient_are_those_of_the_closed_form():
    mean, log_variance = normal(4, 6), normal(4, 6, seed=1, scale=2)
    held, closed = ((mean.clone(), log_variance.clone()) for _ in range(2))
    for tensor in (*held, *closed):
        tensor.requires_grad_()
    value = divergences.zero_mean_kl(*held, best_log_gamma(*held).detach())
    expected = 0.5 * torch.log1p(closed[0] ** 2 / closed[1].exp()).sum(-1)
    torch.testing.assert_close(value, expected)
    for gradient, expected_gradient in zip(
        torch.autograd.grad(value.sum(), held),
        torch.autograd.grad(expected.sum(), closed),
        strict=True,
    ):
        torch.testing.assert_close(gradient, expected_gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("log_variance", [-160.0, -88.0, -60.0, -1.0, 20.0])
@pytest.mark.parametrize("mean", [-1e4, -1.0, 0.0, 1e-30, 1e-4, 1e4])
def test_log1p_ratio_in_float32_is_that_of_numpy_in_float64(mean, log_variance):
    inputs = [torch.tensor(value, requires_grad=True) for value in (mean, log_variance)]
    value = divergences.log1p_ratio(*inputs)
    gradients = torch.autograd.grad(value, inputs)
    exact, variance = inputs[0].item(), math.exp(log_variance)
    assert value.item() == pytest.approx(math.log1p(exact**2 / variance), rel=1e-5, abs=1e-6)
    expected = (2 * exact / (exact**2 + variance), -(exact**2) / (exact**2 + variance))
    for gradient, number in zip(gradients, expected, strict=True):
        assert gradient.item() == pytest.approx(number, rel=2e-5, abs=1e-6)


@pytest.mark.parametrize("log_variance", [-12.0, -3.0, 0.0, 5.0])
@pytest.mark.parametrize("ratio", [1e-8, 1e-6, 1e-3, 1.0])
def test_the_zero_mean_kl_of_a_tiny_mean_is_exact_in_float32(ratio, log_variance):
    log_variance = torch.tensor([[log_variance]])
    mean = (ratio**0.5 * (log_variance / 2).exp()).requires_grad_()
    log_gamma = log_variance + torch.log1p(mean.detach() ** 2 * torch.exp(-log_variance))
    value = divergences.zero_mean_kl(mean, log_variance, log_gamma)
    assert value.item() == pytest.approx(0.5 * math.log1p(ratio), rel=1e-4)
    (gradient,) = torch.autograd.grad(value.sum(), mean)
    expected = mean.item() / (mean.item() ** 2 + math.exp(log_variance.item()))
    assert gradient.item() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_spike_and_slab_kl_agrees_with_monte_carlo(alpha):
    mean, log_variance, log_odds = 0.8, -1.1, 0.6
    on = 1 / (1 + math.exp(-log_odds))
    random = np.random.default_rng(0)
    z = mean + math.exp(log_variance / 2) * random.standard_normal(200_000)
    slab = math.log(on / alpha) - stats.norm.logpdf(z)
    slab += stats.norm.logpdf(z, mean, math.exp(log_variance / 2))
    samples = np.where(random.random(z.size) < on, slab, math.log((1 - on) / (1 - alpha)))
    q = (torch.tensor([[number]], dtype=torch.float64) for number in (mean, log_variance, log_odds))
    value = divergences.spike_and_slab_kl(divergences.SpikeAndSlab(*q), fixed(alpha))
    assert abs(float(value) - samples.mean()) < 5 * samples.std() / math.sqrt(z.size)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_spike_and_slab_kl_is_its_formula_term_by_term(alpha):
    mean, log_variance, log_odds = (normal(4, 6, seed=seed) for seed in range(3))
    on = torch.sigmoid(log_odds)
    slab = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0))
    expected = on * slab + (1 - on) * torch.log((1 - on) / (1 - alpha)) + on * (on / alpha).log()
    value = divergences.spike_and_slab_kl(
        divergences.SpikeAndSlab(mean, log_variance, log_odds), fixed(alpha)
    )
    torch.testing.assert_close(value, expected.sum(-1))


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_spike_and_slab_kl_is_zero_at_the_prior(alpha):
    zero = torch.zeros(2, 3, dtype=torch.float64)
    log_odds = torch.full_like(zero, math.log(alpha / (1 - alpha)))
    value = divergences.spike_and_slab_kl(
        divergences.SpikeAndSlab(zero, zero, log_odds), fixed(alpha)
    )
    torch.testing.assert_close(value, zero[:, 0], rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.floats(-20, 20), st.floats(-20, 10), st.floats(-30, 30), st.floats(1e-6, 1 - 1e-6))
def test_no_kl_is_negative(mean, log_variance, last, alpha):
    mean, log_variance, last = (
        torch.tensor([[number]], dtype=torch.float64) for number in (mean, log_variance, last)
    )
    q = divergences.SpikeAndSlab(mean, log_variance, last)
    assert divergences.standard_normal_kl(mean, log_variance) >= -1e-12
    assert divergences.zero_mean_kl(mean, log_variance, last) >= -1e-12
    assert divergences.spike_and_slab_kl(q, fixed(alpha)) >= -1e-12


def test_the_gaussian_log_density_is_that_of_scipy():
    value, mean, log_variance = normal(4, 6), normal(4, 6, seed=1), normal(4, 6, seed=2)
    log_density = divergences.gaussian_log_density(value, mean, log_variance)
    value, mean, log_variance = (tensor.numpy() for tensor in (value, mean, log_variance))
    expected = stats.norm.logpdf(value, mean, np.exp(log_variance / 2)).sum(axis=1)
    np.testing.assert_allclose(log_density, expected, rtol=1e-12)


def test_the_standard_normal_log_density_is_that_of_scipy():
    value = normal(4, 6)
    expected = stats.norm.logpdf(value.numpy()).sum(axis=1)
    log_density = divergences.standard_normal_log_density(value)
    np.testing.assert_allclose(log_density, expected, rtol=1e-12)


def test_the_spike_and_slab_log_density_is_a_probability_at_zero_and_a_density_elsewhere():
    mean, log_variance, log_odds = (normal(1, 1, seed=seed) for seed in range(3))
    p = divergences.SpikeAndSlab(mean, log_variance, log_odds)
    on = float(torch.sigmoid(log_odds))
    zero = torch.zeros(1, 1, dtype=torch.float64)
    at_zero = float(divergences.spike_and_slab_log_density(zero, p).exp())
    assert at_zero == pytest.approx(1 - on)
    slab, _ = integrate.quad(
        lambda z: float(divergences.spike_and_slab_log_density(torch.full_like(zero, z), p).exp()),
        -20,
        20,
    )
    assert slab == pytest.approx(on)


def test_the_kl_of_two_spike_and_slab_distributions_agrees_with_monte_carlo():
    q, p = (
        divergences.SpikeAndSlab(*(normal(1, 2, seed=3 * number + seed) for seed in range(3)))
        for number in range(2)
    )
    generator, count = seeded(), 200_000
    noise = torch.randn(count, 2, generator=generator, dtype=torch.float64)
    on = torch.rand(count, 2, generator=generator, dtype=torch.float64) < torch.sigmoid(q.log_odds)
    samples = torch.where(on, q.mean + (q.log_variance / 2).exp() * noise, 0.0)
    ratio = divergences.spike_and_slab_log_density(samples, q)
    ratio -= divergences.spike_and_slab_log_density(samples, p)
    value = float(divergences.spike_and_slab_kl(q, p))
    assert abs(value - float(ratio.mean())) < 5 * float(ratio.std()) / math.sqrt(count)


def test_the_bernoulli_kl_is_that_of_torch():
    q, p = normal(4, 6, scale=3), normal(4, 6, seed=1, scale=3)
    expected = kl_divergence(Bernoulli(logits=q), Bernoulli(logits=p)).sum(-1)
    torch.testing.assert_close(divergences.bernoulli_kl(q, p), expected)
