import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch.distributions import Normal, kl_divergence

from sdmvae.models.intel import InteL
from tests.support.model_contract import Loss
from tests.support.networks import normal, seeded


def build(strength=1.0, m=3, seed=0):
    return InteL(m, seeded(seed), strength=strength).double()


def select(model, y):
    """Return DS(y), computed with NumPy."""
    values = y.numpy()
    layers = [layer for layer in model.selector if hasattr(layer, "weight")]
    for index, layer in enumerate(layers):
        weight, bias = (tensor.detach().numpy() for tensor in (layer.weight, layer.bias))
        values = values @ weight.T + bias
        values = np.maximum(values, 0) if index < 2 else 1 / (1 + np.exp(-values))
    return values


def test_the_posterior_has_two_parameters_of_the_latent_dimension():
    assert build(m=7).posterior_widths == (7, 7)


def test_the_selector_has_two_hidden_layers_of_ten_units():
    shapes = {name: tuple(tensor.shape) for name, tensor in build(m=5).named_parameters()}
    assert sorted(shape for name, shape in shapes.items() if "weight" in name) == [
        (5, 10),
        (10, 5),
        (10, 10),
    ]


def test_the_selector_comes_from_the_generator_alone():
    first = build().state_dict()
    torch.manual_seed(5)
    again, other = build().state_dict(), build(seed=1).state_dict()
    for name, tensor in first.items():
        assert torch.equal(tensor, again[name])
        assert not torch.equal(tensor, other[name])


def test_z_is_y_times_the_selector_and_z_is_the_code():
    model, y = build(), normal(4, 3)
    with torch.no_grad():
        z = model.code(y, (y, y))
        np.testing.assert_allclose(z, y.numpy() * select(model, y), rtol=1e-12)
        assert torch.equal(model.latent(z), z)
        assert torch.equal(model.mean_code((y, normal(4, 3, seed=1))), z)


def test_the_kl_is_that_of_y():
    mean, log_variance = posterior = (normal(4, 3), normal(4, 3, seed=1))
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(-1)
    torch.testing.assert_close(build().kl(posterior, None, None), expected)


@pytest.mark.parametrize("strength", [0.0, 10.0])
def test_gradients_of_the_loss_agree_with_finite_differences(strength):
    posterior = [normal(4, 3, seed=seed).requires_grad_() for seed in range(2)]
    assert torch.autograd.gradcheck(Loss(build(strength), None), posterior)


def test_the_penalty_is_a_difference_of_entropies():
    model, y = build(strength=7.0), normal(6, 3)
    selected = select(model, y)
    shares = selected / selected.sum(axis=1, keepdims=True)
    per_frame, overall = stats.entropy(shares, axis=1).mean(), stats.entropy(shares.mean(axis=0))
    penalty = float(model.penalty(None, y, None, seeded()).detach())
    assert penalty == pytest.approx(7 * (per_frame - overall), rel=1e-9)
    assert float(build(strength=0.0).penalty(None, y, None, seeded())) == 0


class OneDimensionPerFrame(torch.nn.Module):
    """A selector that passes one dimension of each frame, in turn."""

    def forward(self, y):
        selected = torch.eye(y.shape[1], dtype=y.dtype)[torch.arange(len(y)) % y.shape[1]]
        return 60 * (2 * selected - 1)


def test_the_penalty_is_smallest_if_frames_use_one_dimension_each_and_together_all():
    model = build(strength=1.0)
    model.selector = OneDimensionPerFrame()
    y = torch.ones(9, 3, dtype=torch.float64)
    penalty = float(model.penalty(None, y, None, seeded()))
    assert penalty == pytest.approx(-math.log(3))


def test_gradients_are_finite_if_the_selector_passes_nothing():
    model = InteL(3, seeded(), strength=30.0)
    with torch.no_grad():
        model.selector[-1].bias.copy_(torch.tensor([-300.0, 0.0, 300.0]))
    y = torch.randn(8, 3, generator=seeded())
    (model.penalty(None, y, None, seeded()) + model.code(y, (y, y)).sum()).backward()
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())
