import pytest
import torch

from sdmvae.nn.linear import Linear
from sdmvae.nn.perceptron import Perceptron
from tests.support.networks import normal, seeded

HIDDEN = [[], [4], [4, 6], [4, 6, 2]]


def build(hidden, inputs=5, outputs=3):
    return Perceptron(inputs, hidden, outputs, seeded()).double()


def plain(perceptron, x):
    """Return the outputs as torch computes them layer by layer."""
    *hidden, last = perceptron.layers
    for layer in hidden:
        x = torch.tanh(torch.nn.functional.linear(x, layer.weight, layer.bias))
    return torch.nn.functional.linear(x, last.weight, last.bias)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_layers_have_the_widths_in_their_order(hidden):
    widths = [5, *hidden, 3]
    shapes = [tuple(layer.weight.shape) for layer in build(hidden).layers]
    assert shapes == list(zip(widths[1:], widths, strict=False))


@pytest.mark.parametrize("input_needs_gradient", [False, True])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_outputs_and_gradients_are_those_of_plain_layers(hidden, input_needs_gradient):
    perceptron = build(hidden)
    x, weights = normal(6, 5).requires_grad_(input_needs_gradient), normal(6, 3, seed=1)
    wanted = [*perceptron.parameters(), *([x] if input_needs_gradient else [])]
    output, expected = perceptron(x), plain(perceptron, x)
    torch.testing.assert_close(output, expected, rtol=1e-12, atol=1e-12)
    gradients = torch.autograd.grad((weights * output).sum(), wanted)
    expected_gradients = torch.autograd.grad((weights * expected).sum(), wanted)
    for gradient, expected in zip(gradients, expected_gradients, strict=True):
        torch.testing.assert_close(gradient, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_gradients_agree_with_finite_differences(hidden):
    perceptron = build(hidden)
    names = [name for name, _ in perceptron.named_parameters()]
    parameters = [parameter.detach().requires_grad_() for parameter in perceptron.parameters()]

    def outputs(x, *parameters):
        own = dict(zip(names, parameters, strict=True))
        return torch.func.functional_call(perceptron, own, (x,))

    assert torch.autograd.gradcheck(outputs, (normal(6, 5).requires_grad_(), *parameters))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_an_output_is_not_changed_by_a_gradient(hidden):
    perceptron, x = build(hidden), normal(6, 5).requires_grad_()
    output = perceptron(x)
    before, weights = output.detach().clone(), normal(6, 3, seed=1)
    kept = weights.clone()
    output.backward(weights)
    assert torch.equal(output, before)
    assert torch.equal(weights, kept)


def test_initial_weights_are_those_of_the_layers_one_after_another():
    perceptron, generator = Perceptron(5, [4, 6], 3, seeded()), seeded()
    for layer, shape in zip(perceptron.layers, ((5, 4), (4, 6), (6, 3)), strict=True):
        expected = Linear(*shape, generator)
        assert torch.equal(layer.weight, expected.weight)
        assert torch.equal(layer.bias, expected.bias)
