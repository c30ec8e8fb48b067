import math

import numpy as np
import pytest
import torch
from scipy import integrate, optimize, stats

from sdmvae.models.sdm import SDM
from sdmvae.models.sdm_student import StudentSDM
from tests.support.model_contract import Loss
from tests.support.networks import normal, seeded


def build(shape=0.0, rate=1e-2, dictionary="identity"):
    return StudentSDM(3, seeded(), dictionary=dictionary, shape=shape, rate=rate).double()


@pytest.fixture
def posterior():
    return normal(4, 3), normal(4, 3, seed=1)


@pytest.mark.parametrize(("shape", "rate"), [(0.0, 1e-2), (1.0, 0.5), (-0.5, 2.0), (-1.0, 0.3)])
def test_gamma_is_where_scipy_finds_the_minimum(posterior, shape, rate):
    gamma = build(shape, rate).log_prior_variance(posterior).exp().numpy()
    mean, variance = posterior[0].numpy(), posterior[1].exp().numpy()
    for index in np.ndindex(mean.shape):
        second = mean[index] ** 2 + variance[index]

        def objective(log_gamma, second=second):
            kl = 0.5 * (second * math.exp(-log_gamma) - 1 + log_gamma)
            return kl + (shape + 1) * log_gamma + rate * math.exp(-log_gamma)

        minimum = optimize.minimize_scalar(objective, bounds=(-15, 15), method="bounded")
        assert gamma[index] == pytest.approx(math.exp(minimum.x), rel=1e-3)


def test_a_flat_hyperprior_is_equation_9(posterior):
    flat = build(-1.0, 0.0)
    inputs, other_inputs = (
        [tensor.clone().requires_grad_() for tensor in posterior] for _ in range(2)
    )
    tuning_free = SDM(3, seeded(), dictionary="identity").double()
    torch.testing.assert_close(
        flat.log_prior_variance(posterior), tuning_free.log_prior_variance(posterior)
    )
    values = flat.kl(inputs, None, None), tuning_free.kl(other_inputs, None, None)
    torch.testing.assert_close(*values)
    gradients = (
        torch.autograd.grad(value.sum(), tensors)
        for value, tensors in zip(values, (inputs, other_inputs), strict=True)
    )
    for gradient, expected in zip(*gradients, strict=True):
        torch.testing.assert_close(gradient, expected)
    assert float(flat.penalty(posterior, posterior[0], None, seeded())) == 0


def test_the_gradient_with_gamma_held_is_that_of_the_objective_with_the_best_gamma(posterior):
    model = build(0.5, 0.2)
    held = [tensor.clone().requires_grad_() for tensor in posterior]
    value = model.kl(held, None, None).mean() + model.penalty(held, held[0], None, seeded())
    free = [tensor.clone().requires_grad_() for tensor in posterior]
    gamma = (free[0] ** 2 + free[1].exp() + 0.4) / 4
    kl = 0.5 * ((free[0] ** 2 + free[1].exp()) / gamma - 1 + gamma.log() - free[1])
    objective = (kl + 1.5 * gamma.log() + 0.2 / gamma).sum(-1).mean()
    torch.testing.assert_close(value, objective)
    for gradient, expected in zip(
        torch.autograd.grad(value, held), torch.autograd.grad(objective, free), strict=True
    ):
        torch.testing.assert_close(gradient, expected, rtol=1e-10, atol=1e-13)


def test_the_penalty_is_the_inverse_gamma_density_of_scipy(posterior):
    shape, rate = 1.5, 0.4
    model = build(shape, rate)
    gamma = model.log_prior_variance(posterior).exp().numpy()
    constant = shape * math.log(rate) - math.lgamma(shape)
    expected = -(stats.invgamma.logpdf(gamma, shape, scale=rate) - constant).sum(axis=1).mean()
    assert float(model.penalty(posterior, posterior[0], None, seeded())) == pytest.approx(expected)


def test_the_prior_of_a_is_a_students_t():
    # The poster's integral over gamma is computed by quadrature, and compared with SciPy's t.
    shape, rate, a = 1.5, 0.4, 0.7

    def integrand(gamma):
        return stats.norm.pdf(a, scale=math.sqrt(gamma)) * stats.invgamma.pdf(
            gamma, shape, scale=rate
        )

    marginal = integrate.quad(integrand, 0, math.inf)[0]
    expected = stats.t.pdf(a, 2 * shape, scale=math.sqrt(rate / shape))
    assert marginal == pytest.approx(expected, rel=1e-6)


def test_gradients_of_the_loss_agree_with_finite_differences(posterior):
    inputs = [tensor.clone().requires_grad_() for tensor in posterior]
    assert torch.autograd.gradcheck(Loss(build(0.0, 1e-2), None), inputs)


@pytest.mark.parametrize(
    ("shape", "rate"), [(-1.0, 0.0), (-1.0, 1e-3), (-1.0, 0.5), (0.0, 0.5), (0.0, 1e-3), (1.5, 0.5)]
)
def test_the_objective_is_that_of_a_students_t_for_any_shape_and_rate(shape, rate):
    """Of a coefficient without noise it is the negative log-density, and 1/|x| for (-1, 0)."""
    model = StudentSDM(1, seeded(), dictionary="identity", shape=shape, rate=rate).double()

    def objective(x):
        posterior = tuple(torch.full((1, 1), value, dtype=torch.float64) for value in (x, -80.0))
        penalty = model.penalty(posterior, posterior[0], None, seeded())
        return float(model.kl(posterior, None, None) + penalty)

    for x in (0.01, 0.3, 40.0):
        if shape == -1:
            expected = 0.5 * math.log((x**2 + 2 * rate) / (1 + 2 * rate))
        else:
            t = stats.t(2 * (shape + 1), scale=math.sqrt(rate / (shape + 1)))
            expected = t.logpdf(1.0) - t.logpdf(x)
        assert objective(x) - objective(1.0) == pytest.approx(expected, abs=1e-9)


def test_a_grid_of_rates_with_shape_minus_one_starts_at_the_tuning_free_prior(posterior):
    free = SDM(3, seeded(), dictionary="identity").double().kl(posterior, None, None)
    distances = [
        float((build(-1.0, rate).kl(posterior, None, None) - free).abs().sum())
        for rate in (0.0, 1e-6, 1e-4, 1e-2, 1.0)
    ]
    assert distances == sorted(distances) and distances[0] < 1e-9 and distances[-1] > 0.1


@pytest.mark.parametrize("shape", [-0.9, 0.0, 2.0])
def test_a_rate_of_zero_is_refused_because_the_objective_has_no_lower_bound(shape):
    with pytest.raises(ValueError, match="no lower bound") as caught:
        build(shape, 0.0)
    assert "\n" not in str(caught.value)
    assert "rate" in str(caught.value)


def test_with_a_rate_of_zero_the_objective_falls_without_end():
    shape = 0.0
    values = []
    for log_variance in (0.0, -50.0, -500.0):
        gamma = math.exp(log_variance) / (3 + 2 * shape)
        kl = 0.5 * (math.exp(log_variance) / gamma - 1 + math.log(gamma) - log_variance)
        values.append(kl + (shape + 1) * math.log(gamma))
    assert values[0] > values[1] > values[2] < -400
