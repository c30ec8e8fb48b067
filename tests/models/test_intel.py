import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch.distributions import Normal, kl_divergence

from sdmvae.models.intel import InteL


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def built(strength=1.0, m=3, seed=0):
    return InteL(m, seeded(seed), strength=strength).double()


def selected(model, y):
    """DS(y) by hand."""
    values = y.numpy()
    layers = [each for each in model.selector if hasattr(each, "weight")]
    for index, layer in enumerate(layers):
        weight, bias = (each.detach().numpy() for each in (layer.weight, layer.bias))
        values = values @ weight.T + bias
        values = np.maximum(values, 0) if index < 2 else 1 / (1 + np.exp(-values))
    return values


def test_two_heads_of_the_latent_dimension():
    assert built(m=7).heads == (7, 7)


def test_the_selector_has_two_hidden_layers_of_ten():
    shapes = {name: tuple(each.shape) for name, each in built(m=5).named_parameters()}
    assert sorted(shape for name, shape in shapes.items() if "weight" in name) == [
        (5, 10),
        (10, 5),
        (10, 10),
    ]


def test_the_selector_is_drawn_from_the_generator_alone():
    first = built().state_dict()
    torch.manual_seed(5)
    again, other = built().state_dict(), built(seed=1).state_dict()
    for name, each in first.items():
        assert torch.equal(each, again[name])
        assert not torch.equal(each, other[name])


def test_z_is_y_times_the_selector_and_so_is_the_code(normal):
    model, y = built(), normal(4, 3)
    with torch.no_grad():
        np.testing.assert_allclose(model.latent(y), y.numpy() * selected(model, y), rtol=1e-12)
        assert torch.equal(model.code(y), model.latent(y))
    assert torch.equal(model.mean((y, y)), y)


def test_kl_is_that_of_y(normal):
    mean, log_variance = heads = (normal(4, 3), normal(4, 3, seed=1))
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(-1)
    torch.testing.assert_close(built().kl(heads, None, None), expected)


def test_log_ratio_averages_to_the_kl(normal, kl_by_draws):
    kl_by_draws(built(), (normal(3, 3), normal(3, 3, seed=1)))


@pytest.mark.parametrize("strength", [0.0, 10.0])
def test_gradients_of_the_bound_against_finite_differences(bound_of, normal, strength):
    heads = [normal(4, 3, seed=seed).requires_grad_() for seed in range(2)]
    assert torch.autograd.gradcheck(bound_of(built(strength)), heads)


def test_penalty_is_a_difference_of_entropies(normal):
    model, y = built(strength=7.0), normal(6, 3)
    passed = selected(model, y)
    shares = passed / passed.sum(axis=1, keepdims=True)
    each, overall = stats.entropy(shares, axis=1).mean(), stats.entropy(shares.mean(axis=0))
    found = float(model.penalty(None, y, None, seeded()).detach())
    assert found == pytest.approx(7 * (each - overall), rel=1e-9)
    assert float(built(strength=0.0).penalty(None, y, None, seeded())) == 0


class Selector(torch.nn.Module):
    """A selector that passes just one dimension, frame by frame in turn."""

    def forward(self, y):
        passed = torch.eye(y.shape[1], dtype=y.dtype)[torch.arange(len(y)) % y.shape[1]]
        return 60 * (2 * passed - 1)


def test_penalty_is_least_where_frames_pass_one_dimension_each_and_all_are_passed():
    model = built(strength=1.0)
    model.selector = Selector()
    y = torch.ones(9, 3, dtype=torch.float64)
    found = float(model.penalty(None, y, None, seeded()))
    assert found == pytest.approx(-math.log(3))


def test_gradients_are_finite_where_the_selector_passes_nothing():
    model = InteL(3, seeded(), strength=30.0)
    with torch.no_grad():
        model.selector[-1].bias.copy_(torch.tensor([-300.0, 0.0, 300.0]))
    y = torch.randn(8, 3, generator=seeded())
    (model.penalty(None, y, None, seeded()) + model.latent(y).sum()).backward()
    assert all(each.grad.isfinite().all() for each in model.parameters())
