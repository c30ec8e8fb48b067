import numpy as np
import pytest
import torch

from sdmvae.nn import linear
from tests.support.networks import normal, seeded


def test_the_product_is_a_sum_of_products():
    a, b = normal(3, 4), normal(4, 2, seed=1)
    expected = [[sum(a[i, k] * b[k, j] for k in range(4)) for j in range(2)] for i in range(3)]
    torch.testing.assert_close(linear.matmul(a, b), torch.tensor(expected, dtype=torch.float64))


@pytest.mark.parametrize("a_is_transposed", [False, True])
@pytest.mark.parametrize("b_is_transposed", [False, True])
def test_transposed_matrices_are_multiplied_as_well(a_is_transposed, b_is_transposed):
    a, b = normal(5, 7).float(), normal(7, 6, seed=1).float()
    given_a = a.T.contiguous().T if a_is_transposed else a
    given_b = b.T.contiguous().T if b_is_transposed else b
    torch.testing.assert_close(linear.matmul(given_a, given_b), a @ b)


def test_gradients_agree_with_finite_differences():
    a, b = normal(3, 4).requires_grad_(), normal(4, 2, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(linear.matmul, (a, b))


@pytest.mark.parametrize("wanted", [0, 1])
def test_a_gradient_is_computed_only_where_it_is_wanted(wanted):
    matrices = [normal(3, 4), normal(4, 2, seed=1)]
    matrices[wanted].requires_grad_()
    linear.matmul(*matrices).sum().backward()
    assert matrices[wanted].grad is not None
    assert matrices[1 - wanted].grad is None


def test_a_layer_and_its_gradients_are_those_of_torch():
    layer = linear.Linear(5, 3, seeded()).double()
    x, weights = normal(4, 5).requires_grad_(), normal(4, 3, seed=1)
    wanted = [x, layer.weight, layer.bias]
    output = layer(x)
    expected = torch.nn.functional.linear(x, layer.weight, layer.bias)
    torch.testing.assert_close(output, expected, rtol=1e-12, atol=1e-12)
    gradients = torch.autograd.grad((weights * output).sum(), wanted)
    expected_gradients = torch.autograd.grad((weights * expected).sum(), wanted)
    for gradient, expected in zip(gradients, expected_gradients, strict=True):
        torch.testing.assert_close(gradient, expected, rtol=1e-12, atol=1e-12)


def test_a_layer_is_a_linear_layer_of_torch():
    assert isinstance(linear.Linear(5, 3, seeded()), torch.nn.Linear)


def test_initial_weights_come_from_the_generator_alone():
    first = linear.Linear(5, 3, seeded())
    torch.manual_seed(5)
    again, other = (linear.Linear(5, 3, seeded(seed)) for seed in (0, 1))
    assert torch.equal(first.weight, again.weight) and torch.equal(first.bias, again.bias)
    assert not torch.equal(first.weight, other.weight)


@pytest.mark.parametrize("inputs", [5, 64])
def test_initial_weights_are_uniform_within_the_limit(inputs):
    layer, limit = linear.Linear(inputs, 100, seeded()), inputs**-0.5
    assert layer.bias.abs().max() <= limit
    scaled = layer.weight.detach().numpy().ravel() / limit
    assert scaled.max() <= 1 and scaled.max() > 0.95 and scaled.min() < -0.95
    assert abs(scaled.mean()) < 5 * (3 * scaled.size) ** -0.5
    assert scaled.std() == pytest.approx(3**-0.5, rel=0.1)
    assert np.abs(scaled).max() <= 1


@linear.ignore_float_warnings
def test_infinite_numbers_and_overflow_give_no_warning():
    a = torch.tensor([[float("inf"), 1.0]], requires_grad=True)
    assert linear.matmul(a, torch.tensor([[1.0], [float("-inf")]])).isnan().all()
    big = torch.full((1, 1), 3e38)
    assert linear.matmul(big, big).isinf().all()
