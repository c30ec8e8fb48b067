import math

import numpy as np
import pytest
import torch
from scipy import integrate, optimize, stats

from sdmvae.models.sdm import SDM
from sdmvae.models.sdm_student import StudentSDM


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def built(shape=0.0, rate=1e-2, dictionary="identity"):
    return StudentSDM(3, seeded(), dictionary=dictionary, shape=shape, rate=rate).double()


@pytest.fixture
def heads(normal):
    return normal(4, 3), normal(4, 3, seed=1)


@pytest.mark.parametrize(("shape", "rate"), [(0.0, 1e-2), (1.0, 0.5), (-0.5, 2.0), (-1.0, 0.3)])
def test_gamma_is_the_minimum_that_scipy_finds(heads, shape, rate):
    gamma = built(shape, rate).log_prior_variance(heads).exp().numpy()
    mean, variance = heads[0].numpy(), heads[1].exp().numpy()
    for index in np.ndindex(mean.shape):
        second = mean[index] ** 2 + variance[index]

        def objective(log_gamma, second=second):
            kl = 0.5 * (second * math.exp(-log_gamma) - 1 + log_gamma)
            return kl + (shape + 1) * log_gamma + rate * math.exp(-log_gamma)

        found = optimize.minimize_scalar(objective, bounds=(-15, 15), method="bounded")
        assert gamma[index] == pytest.approx(math.exp(found.x), rel=1e-3)


def test_a_flat_hyperprior_is_equation_9(heads):
    flat = built(-1.0, 0.0)
    given = [each.clone().requires_grad_() for each in heads]
    other = [each.clone().requires_grad_() for each in heads]
    tuning_free = SDM(3, seeded(), dictionary="identity").double()
    torch.testing.assert_close(
        flat.log_prior_variance(heads), tuning_free.log_prior_variance(heads)
    )
    values = flat.kl(given, None, None), tuning_free.kl(other, None, None)
    torch.testing.assert_close(*values)
    gradients = (
        torch.autograd.grad(value.sum(), of)
        for value, of in zip(values, (given, other), strict=True)
    )
    for one, two in zip(*gradients, strict=True):
        torch.testing.assert_close(one, two)
    assert float(flat.penalty(heads, heads[0], None, seeded())) == 0


def test_gradient_with_gamma_held_is_that_of_the_objective_with_gamma_put_in(heads):
    model = built(0.5, 0.2)
    held = [each.clone().requires_grad_() for each in heads]
    value = model.kl(held, None, None).mean() + model.penalty(held, held[0], None, seeded())
    free = [each.clone().requires_grad_() for each in heads]
    gamma = (free[0] ** 2 + free[1].exp() + 0.4) / 4
    kl = 0.5 * ((free[0] ** 2 + free[1].exp()) / gamma - 1 + gamma.log() - free[1])
    objective = (kl + 1.5 * gamma.log() + 0.2 / gamma).sum(-1).mean()
    torch.testing.assert_close(value, objective)
    for one, two in zip(
        torch.autograd.grad(value, held), torch.autograd.grad(objective, free), strict=True
    ):
        torch.testing.assert_close(one, two, rtol=1e-10, atol=1e-13)


def test_penalty_is_the_inverse_gamma_density(heads):
    shape, rate = 1.5, 0.4
    model = built(shape, rate)
    gamma = model.log_prior_variance(heads).exp().numpy()
    constant = shape * math.log(rate) - math.lgamma(shape)
    expected = -(stats.invgamma.logpdf(gamma, shape, scale=rate) - constant).sum(axis=1).mean()
    assert float(model.penalty(heads, heads[0], None, seeded())) == pytest.approx(expected)


def test_the_prior_of_a_is_a_students_t():
    # The integral over gamma that the poster names, against SciPy's t.
    shape, rate, a = 1.5, 0.4, 0.7

    def integrand(gamma):
        return stats.norm.pdf(a, scale=math.sqrt(gamma)) * stats.invgamma.pdf(
            gamma, shape, scale=rate
        )

    marginal = integrate.quad(integrand, 0, math.inf)[0]
    expected = stats.t.pdf(a, 2 * shape, scale=math.sqrt(rate / shape))
    assert marginal == pytest.approx(expected, rel=1e-6)


def test_gradients_of_the_bound_against_finite_differences(bound_of, heads):
    # gamma is held, so finite differences are of the objective: b as in training.
    given = [each.clone().requires_grad_() for each in heads]
    assert torch.autograd.gradcheck(bound_of(built(0.0, 1e-2)), given)


def test_log_ratio_averages_to_the_kl(heads, kl_by_draws):
    kl_by_draws(built(), heads)


@pytest.mark.parametrize("shape", [-0.9, 0.0, 2.0])
def test_no_rate_has_no_bound_below_and_is_refused(shape):
    with pytest.raises(ValueError, match="no lower bound") as caught:
        built(shape, 0.0)
    assert "\n" not in str(caught.value)
    assert "rate" in str(caught.value)


def test_without_a_rate_the_objective_does_fall_without_end():
    shape = 0.0
    values = []
    for log_variance in (0.0, -50.0, -500.0):
        gamma = math.exp(log_variance) / (3 + 2 * shape)
        kl = 0.5 * (math.exp(log_variance) / gamma - 1 + math.log(gamma) - log_variance)
        values.append(kl + (shape + 1) * math.log(gamma))
    assert values[0] > values[1] > values[2] < -400
