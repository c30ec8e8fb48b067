import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from sdmvae.models.mixture import KERNEL_SCALES, SPIKE_DEVIATION, Mixture, discrepancy
from tests.support.model_contract import Loss
from tests.support.networks import normal, seeded


def density(z, spike=0.8):
    """Return p(z) of one variable, computed with SciPy."""
    narrow = stats.norm.pdf(z, scale=0.05)
    return spike * narrow + (1 - spike) * stats.norm.pdf(z)


def test_the_posterior_has_two_parameters_of_the_latent_dimension():
    assert Mixture(7).posterior_widths == (7, 7)


def test_the_log_prior_is_that_of_scipy():
    z = normal(5, 3)
    expected = np.log(density(z.numpy())).sum(axis=1)
    np.testing.assert_allclose(Mixture(3).log_prior(None, z), expected, rtol=1e-12)


def test_the_log_prior_is_exact_at_zero_and_far_out():
    z = torch.tensor([[0.0], [40.0], [-40.0]])
    log_prior = Mixture(1).log_prior(None, z)
    assert log_prior.isfinite().all()
    assert float(log_prior[0]) == pytest.approx(math.log(density(0.0)), rel=1e-6)
    assert float(log_prior[1]) == pytest.approx(stats.norm.logpdf(40) + math.log(0.2), rel=1e-5)


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 0.05), (0.02, 0.3), (1.5, 0.4), (-2.0, 1.0)])
def test_the_kl_is_on_average_that_of_quadrature(mean, deviation):
    q = stats.norm(mean, deviation)
    ends = (mean - 12 * deviation, mean + 12 * deviation)
    expected, _ = integrate.quad(
        lambda z: q.pdf(z) * (q.logpdf(z) - math.log(density(z))), *ends, points=[0.0, mean]
    )
    model, count = Mixture(1), 200_000
    ones = torch.ones(count, 1, dtype=torch.float64)
    posterior = (mean * ones, 2 * math.log(deviation) * ones)
    estimates = model.kl(posterior, model.sample(posterior, seeded()), None)
    assert abs(float(estimates.mean()) - expected) < 5 * float(estimates.std()) / math.sqrt(count)


def test_the_kl_of_several_variables_is_the_sum():
    model, posterior = Mixture(3), (normal(4, 3), normal(4, 3, seed=1))
    sample = model.sample(posterior, seeded())
    parts = [
        model.kl(tuple(tensor[:, [i]] for tensor in posterior), sample[:, [i]], None)
        for i in range(3)
    ]
    torch.testing.assert_close(model.kl(posterior, sample, None), sum(parts))


@pytest.mark.parametrize("strength", [0.0, 3.0])
def test_gradients_of_the_loss_agree_with_finite_differences(strength):
    posterior = [normal(4, 3, seed=seed).requires_grad_() for seed in range(2)]
    assert torch.autograd.gradcheck(Loss(Mixture(3, strength=strength), None), posterior)


def test_the_code_is_the_mean_and_the_mean_is_decoded():
    model, mean = Mixture(3), normal(4, 3)
    assert torch.equal(model.mean_code((mean, mean)), mean)
    assert torch.equal(model.latent(mean), mean)


def kernel(difference):
    return sum(2 * scale / (2 * scale + difference**2) for scale in KERNEL_SCALES)


def test_the_discrepancy_of_a_small_batch_is_its_formula_pair_by_pair():
    x, y = normal(5, 2), normal(5, 2, seed=1, scale=0.3)
    expected = 0.0
    for d in range(2):
        for i in range(5):
            for j in range(5):
                if i != j:
                    within = kernel(x[i, d] - x[j, d]) + kernel(y[i, d] - y[j, d])
                    expected += float(within - 2 * kernel(x[i, d] - y[j, d])) / 20
    assert float(discrepancy(x, y)) == pytest.approx(expected, rel=1e-10)


def test_the_discrepancy_is_unbiased():
    # For equal distributions it is 0 on average. For N(0, 1) and the spike, quadrature gives it.
    same, apart = [], []
    for seed in range(400):
        generator = seeded(seed)
        x, y = (torch.randn(16, 1, generator=generator, dtype=torch.float64) for _ in range(2))
        same.append(float(discrepancy(x, y)))
        apart.append(float(discrepancy(x, SPIKE_DEVIATION * y)))
    assert abs(np.mean(same)) < 5 * np.std(same) / 20

    def expected_kernel(deviation):
        ends = (-10 * deviation, 10 * deviation)
        density = stats.norm(scale=deviation).pdf
        return integrate.quad(lambda d: float(kernel(d)) * density(d), *ends)[0]

    within = expected_kernel(math.sqrt(2)) + expected_kernel(math.sqrt(2) * SPIKE_DEVIATION)
    between = expected_kernel(math.sqrt(1 + SPIKE_DEVIATION**2))
    assert abs(np.mean(apart) - (within - 2 * between)) < 5 * np.std(apart) / 20


def test_the_penalty_is_small_at_the_prior_and_large_away_from_it():
    model = Mixture(2, strength=100.0)
    generator = seeded()
    wide = torch.randn(20_000, 2, generator=generator)
    spike = torch.rand(20_000, 2, generator=generator) < 0.8
    at_prior = torch.where(spike, SPIKE_DEVIATION, 1.0) * wide
    assert abs(float(model.penalty(None, at_prior, None, generator))) < 1
    assert float(model.penalty(None, wide, None, generator)) > 20
    assert float(Mixture(2).penalty(None, wide, None, generator)) == 0


def test_the_penalty_of_a_single_frame_is_zero():
    assert float(Mixture(2, strength=100.0).penalty(None, torch.ones(1, 2), None, seeded())) == 0


def test_the_weight_of_the_spike_is_an_argument():
    z = normal(5, 3)
    expected = np.log(density(z.numpy(), spike=0.3)).sum(axis=1)
    np.testing.assert_allclose(Mixture(3, spike=0.3).log_prior(None, z), expected, rtol=1e-12)
