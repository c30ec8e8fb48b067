import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch.distributions import Laplace as TorchLaplace

from sdmvae.models.laplace import Laplace, mean_magnitude
from tests.support.model_contract import Loss
from tests.support.networks import normal, seeded


def build(m=3, **arguments):
    return Laplace(m, seeded(), **arguments).double()


@pytest.mark.parametrize("scale", [0.2, 1.0, 5.0])
@pytest.mark.parametrize(
    ("mean", "deviation"),
    [(0.0, 1.0), (0.0, 0.01), (0.3, 0.4), (-2.0, 1.5), (4.0, 0.1), (1e-3, 3.0)],
)
def test_the_kl_is_that_of_quadrature(mean, deviation, scale):
    q, p = stats.norm(mean, deviation), stats.laplace(0, scale)
    ends = (mean - 10 * deviation, mean + 10 * deviation)
    expected, _ = integrate.quad(
        lambda a: q.pdf(a) * (q.logpdf(a) - p.logpdf(a)), *ends, points=[0.0, mean]
    )
    values = (torch.tensor([[v]], dtype=torch.float64) for v in (mean, 2 * math.log(deviation)))
    kl = float(build(1, scale=scale).kl(tuple(values), None, None))
    assert kl == pytest.approx(expected, rel=1e-7)


def test_the_log_prior_is_that_of_torch():
    sample = normal(4, 3, scale=3)
    expected = TorchLaplace(torch.zeros(3).double(), 0.7).log_prob(sample).sum(-1)
    torch.testing.assert_close(build(scale=0.7).log_prior(None, sample), expected)


def test_the_mean_magnitude_is_that_of_the_folded_normal_distribution():
    mean, log_variance = normal(4, 3, scale=2), normal(4, 3, seed=1, scale=2)
    deviation = (log_variance / 2).exp()
    expected = stats.foldnorm(mean.abs() / deviation, scale=deviation).mean()
    np.testing.assert_allclose(mean_magnitude(mean, log_variance), expected, rtol=1e-10)


@pytest.mark.parametrize("log_variance", [-160.0, -88.0, -60.0, 0.0, 20.0])
@pytest.mark.parametrize("mean", [-1e4, -1.0, 0.0, 1e-4, 1e4])
def test_value_and_gradient_in_float32_are_those_in_float64(mean, log_variance):
    results = []
    for dtype in (torch.float32, torch.float64):
        inputs = [
            torch.tensor([[value]], dtype=dtype, requires_grad=True)
            for value in (mean, log_variance)
        ]
        kl = build(1).to(dtype).kl(tuple(inputs), None, None)
        results.append([kl.item(), *(g.item() for g in torch.autograd.grad(kl, inputs))])
    np.testing.assert_allclose(*results, rtol=1e-5, atol=1e-6)


def test_without_noise_the_gradient_is_the_sign_that_soft_thresholding_follows():
    mean = torch.tensor([[-3.0, 0.5, 2.0]], requires_grad=True)
    kl = Laplace(3, seeded(), scale=0.5).kl((mean, torch.full((1, 3), -40.0)), None, None)
    (gradient,) = torch.autograd.grad(kl.sum(), mean)
    torch.testing.assert_close(gradient, mean.detach().sign() / 0.5)


def test_by_default_the_code_is_z():
    model, code = Laplace(3, seeded()), normal(4, 3).float()
    assert torch.equal(model.latent(code), code)
    assert torch.equal(model.mean_code((code, code)), code)


@pytest.mark.parametrize("dictionary", ["dct", "random"])
def test_any_dictionary_can_be_learned(dictionary):
    model = build(dictionary=dictionary, atoms=7, learned=True)
    assert model.posterior_widths == (7, 7)
    assert [name for name, _ in model.named_parameters()] == ["dictionary"]
    inputs = [normal(4, 7, seed=seed).requires_grad_() for seed in range(2)]
    assert torch.autograd.gradcheck(Loss(model, None), inputs)
