import numpy as np
import pytest
import torch

from sdmvae.nn import linear


def normal(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=dtype)


def test_the_product_is_a_sum_of_products():
    a, b = normal(3, 4), normal(4, 2, seed=1)
    expected = [[sum(a[i, k] * b[k, j] for k in range(4)) for j in range(2)] for i in range(3)]
    torch.testing.assert_close(linear.matmul(a, b), torch.tensor(expected, dtype=torch.float64))


@pytest.mark.parametrize("a_transposed", [False, True])
@pytest.mark.parametrize("b_transposed", [False, True])
def test_transposed_matrices_are_as_good(a_transposed, b_transposed):
    a, b = normal(5, 7, dtype=torch.float32), normal(7, 6, seed=1, dtype=torch.float32)
    given_a = a.T.contiguous().T if a_transposed else a
    given_b = b.T.contiguous().T if b_transposed else b
    torch.testing.assert_close(linear.matmul(given_a, given_b), a @ b)


def test_gradients_against_finite_differences():
    a, b = normal(3, 4).requires_grad_(), normal(4, 2, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(linear.matmul, (a, b))


@pytest.mark.parametrize("wanted", [0, 1])
def test_gradient_in_one_of_them_alone(wanted):
    given = [normal(3, 4), normal(4, 2, seed=1)]
    given[wanted].requires_grad_()
    linear.matmul(*given).sum().backward()
    assert given[wanted].grad is not None
    assert given[1 - wanted].grad is None


def test_a_layer_is_that_of_torch():
    layer = linear.linear(5, 3, torch.Generator().manual_seed(0)).double()
    frames = normal(4, 5)
    expected = torch.nn.functional.linear(frames, layer.weight, layer.bias)
    torch.testing.assert_close(layer(frames), expected)
    assert isinstance(layer, torch.nn.Linear)


def test_a_layer_is_drawn_from_the_generator_alone():
    first = linear.linear(5, 3, torch.Generator().manual_seed(0))
    torch.manual_seed(5)
    again, other = (linear.linear(5, 3, torch.Generator().manual_seed(seed)) for seed in (0, 1))
    assert torch.equal(first.weight, again.weight) and torch.equal(first.bias, again.bias)
    assert not torch.equal(first.weight, other.weight)
    assert np.abs(first.weight.detach().numpy()).max() <= 5**-0.5


@linear.ignore_float_warnings
def test_what_is_no_number_stays_none_without_a_warning():
    a = torch.tensor([[float("inf"), 1.0]], requires_grad=True)
    assert linear.matmul(a, torch.tensor([[1.0], [float("-inf")]])).isnan().all()
    big = torch.full((1, 1), 3e38)
    assert linear.matmul(big, big).isinf().all()


def layers(inputs=5, hidden=4, outputs=3):
    generator = torch.Generator().manual_seed(0)
    shapes = ((inputs, hidden), (hidden, outputs))
    return [linear.linear(*shape, generator).double() for shape in shapes]


@pytest.mark.parametrize("to_inputs", [False, True])
def test_a_perceptron_and_its_gradients_are_those_of_its_layers_one_by_one(to_inputs):
    hidden, output = layers()
    x, weights = normal(6, 5).requires_grad_(to_inputs), normal(6, 3, seed=1)
    wanted = [*hidden.parameters(), *output.parameters(), *([x] if to_inputs else [])]
    one = linear.perceptron(x, hidden, output)
    plain = torch.nn.functional.linear(
        torch.tanh(torch.nn.functional.linear(x, hidden.weight, hidden.bias)),
        output.weight,
        output.bias,
    )
    torch.testing.assert_close(one, plain, rtol=1e-12, atol=1e-12)
    found, expected = (torch.autograd.grad((weights * each).sum(), wanted) for each in (one, plain))
    for mine, its in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, its, rtol=1e-12, atol=1e-12)


def test_gradients_of_a_perceptron_against_finite_differences():
    hidden, output = layers()
    x = normal(6, 5).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: linear.perceptron(x, hidden, output), x)
