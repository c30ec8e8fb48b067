import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch.distributions import Gamma, kl_divergence

from sdmvae.models.vsc_thresholded import ThresholdedVSC
from tests.support.model_contract import Loss, assert_kl_is_the_mean_log_ratio
from tests.support.networks import normal, seeded

COUNT = 100_000
BASES = {"laplace": stats.laplace, "gaussian": stats.norm}
POWER = {"laplace": 1, "gaussian": 2}


def build(m=1, **arguments):
    return ThresholdedVSC(m, **{"threshold": 0.5, **arguments}).double()


def posterior_of(base, mean, scale, *others, count=1):
    """Return the parameters of q for one dimension, repeated."""
    numbers = (mean, POWER[base] * math.log(scale), *others)
    return tuple(torch.full((count, 1), number, dtype=torch.float64) for number in numbers)


def test_the_posterior_has_a_threshold_if_it_is_learned():
    assert build(7).posterior_widths == (7, 7)
    assert build(7, learned=True).posterior_widths == (7, 7, 7)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("mean", "scale"), [(0.0, 1.0), (0.0, 0.1), (0.4, 0.3), (-2.0, 1.7), (3.0, 0.05), (1e-3, 4.0)]
)
def test_the_kl_is_that_of_quadrature(base, mean, scale):
    q, p = BASES[base](mean, scale), BASES[base]()
    ends = (mean - 40 * scale, mean + 40 * scale)
    expected, _ = integrate.quad(
        lambda x: q.pdf(x) * (q.logpdf(x) - p.logpdf(x)), *ends, points=[0.0, mean], limit=200
    )
    kl = float(build(base=base).kl(posterior_of(base, mean, scale), None, None))
    assert kl == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("log_scale", [-60.0, -3.0, 0.0, 20.0])
@pytest.mark.parametrize("mean", [-1e4, -1.0, 0.0, 1e-4, 1e4])
def test_the_laplace_kl_in_float32_is_that_in_float64(mean, log_scale):
    results = []
    for dtype in (torch.float32, torch.float64):
        inputs = [
            torch.tensor([[value]], dtype=dtype, requires_grad=True) for value in (mean, log_scale)
        ]
        kl = build().to(dtype).kl(tuple(inputs), None, None)
        results.append([kl.item(), *(g.item() for g in torch.autograd.grad(kl, inputs))])
    np.testing.assert_allclose(*results, rtol=1e-5, atol=1e-6)


def test_the_kl_of_a_learned_threshold_is_that_of_torch():
    fixed, learned = build(threshold=0.8), build(threshold=0.8, learned=True)
    own = posterior_of("laplace", 0.3, 0.9, math.log(0.2))
    expected = kl_divergence(Gamma(2.0, 1 / 0.2), Gamma(2.0, 2 / 0.8))
    difference = float(learned.kl(own, None, None)) - float(fixed.kl(own[:2], None, None))
    assert difference == pytest.approx(float(expected), rel=1e-6)
    at_prior = posterior_of("laplace", 0.3, 0.9, math.log(0.4))
    torch.testing.assert_close(learned.kl(at_prior, None, None), fixed.kl(at_prior[:2], None, None))


@pytest.mark.parametrize("base", BASES)
def test_the_base_samples_have_their_distribution(base):
    own = posterior_of(base, 2.0, 0.3, count=COUNT)
    e = build(base=base).sample(own, seeded()).numpy().ravel()
    assert stats.kstest(e, BASES[base](0, 0.3).cdf).pvalue > 1e-3


def test_a_learned_threshold_has_a_gamma_distribution():
    own = posterior_of("laplace", 2.0, 0.3, math.log(0.7), count=COUNT)
    sample = build(learned=True).sample(own, seeded()).numpy()
    assert sample.shape == (COUNT, 2)
    assert stats.kstest(sample[:, 1], stats.gamma(2, scale=0.7).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(np.abs(sample[:, 0]), sample[:, 1])[0, 1]) < 5 / math.sqrt(COUNT)


def test_thresholded_laplace_samples_are_a_spike_and_slab():
    """Where z is not zero, it is Laplace with the same location and scale."""
    threshold, mean, scale = 0.5, 2.0, 0.8
    own = posterior_of("laplace", mean, scale, count=COUNT)
    model = build(threshold=threshold)
    z = model.code(model.sample(own, seeded()), own).numpy().ravel()
    on = math.exp(-threshold / scale)
    assert abs((z != 0).mean() - on) < 5 * math.sqrt(on * (1 - on) / COUNT)
    assert stats.kstest(z[z != 0], stats.laplace(mean, scale).cdf).pvalue > 1e-3


def test_z_is_the_formula_element_by_element():
    threshold, mean = 0.5, 10.0
    e = torch.tensor([[-2.0], [-0.6], [-0.4], [0.0], [0.5], [0.7]], dtype=torch.float64)
    expected = torch.tensor([[8.5], [9.9], [0.0], [0.0], [0.0], [10.2]], dtype=torch.float64)
    own = posterior_of("laplace", mean, 1.0, count=len(e))
    model = build(threshold=threshold)
    for training in (True, False):
        z = model.train(training).code(e, own)
        torch.testing.assert_close(z, expected)
        assert torch.equal(z == 0, expected == 0)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("scale", [0.2, 1.0, 3.0])
def test_the_code_is_the_mean_of_z(base, scale):
    own = posterior_of(base, -1.5, scale, count=COUNT)
    model = build(base=base)
    z = model.code(model.sample(own, seeded()), own)
    error = float(z.std()) / math.sqrt(COUNT)
    assert abs(float(z.mean()) - float(model.mean_code(own)[0])) < 5 * error


def test_the_code_takes_a_learned_threshold_at_its_mean():
    learned = posterior_of("gaussian", 2.0, 0.7, math.log(0.3))
    model = build(base="gaussian", learned=True)
    expected = 2.0 * 2 * stats.norm.sf(0.6 / 0.7)
    assert float(model.mean_code(learned)) == pytest.approx(expected)


def test_the_second_code_is_a_sample_with_zeros_from_the_generator():
    model, own = build(threshold=1.0), posterior_of("laplace", 2.0, 0.8, count=1000)
    code = model.hard_code(own, seeded())
    assert torch.equal(code, model.code(model.sample(own, seeded()), own))
    assert 0.5 < float((code == 0).double().mean()) < 0.9
    assert (model.mean_code(own) != 0).all()


def test_in_training_the_gradient_passes_the_threshold():
    model, own = build(3).train(), [normal(4, 3, seed=seed) for seed in range(2)]
    inputs = [tensor.clone().requires_grad_() for tensor in own]
    e = model.sample(tuple(inputs), seeded())
    assert (e.abs() < 0.5).any() and (e.abs() > 0.5).any()
    gradients = torch.autograd.grad(model.code(e, tuple(inputs)).sum(), inputs)
    torch.testing.assert_close(gradients[0], torch.ones_like(own[0]))
    torch.testing.assert_close(gradients[1], e.detach())  # x = mu + b times noise


def test_a_learned_threshold_gets_the_derivative_of_the_soft_threshold():
    model = build(learned=True).train()
    e = torch.tensor([[-2.0], [0.1], [3.0]], dtype=torch.float64)
    threshold = torch.full_like(e, 0.5).requires_grad_()
    own = posterior_of("laplace", 1.0, 1.0, 0.0, count=3)
    z = model.code(torch.cat([e, threshold], dim=-1), own)
    (gradient,) = torch.autograd.grad(z.sum(), threshold)
    torch.testing.assert_close(gradient, torch.tensor([[1.0], [0.0], [-1.0]]).double())


@pytest.mark.parametrize("arguments", [{}, {"base": "gaussian"}, {"learned": True}])
def test_outside_training_gradients_agree_with_finite_differences(arguments):
    model = build(3, **arguments).eval()
    inputs = [normal(4, 3, seed=n).requires_grad_() for n in range(len(model.posterior_widths))]
    assert torch.autograd.gradcheck(Loss(model, None), inputs)


@pytest.mark.parametrize("arguments", [{}, {"base": "gaussian"}, {"learned": True}])
def test_the_mean_log_ratio_is_the_kl(arguments):
    model = build(3, **arguments)
    own = tuple(normal(4, 3, seed=n) for n in range(len(model.posterior_widths)))
    assert_kl_is_the_mean_log_ratio(model, own)
