"""Matrix products that give the same bits on every machine, and layers made of them.

On a processor PyTorch multiplies with a library that chooses its order of summation by the maker
and the model of the processor. NumPy's takes the kernels it is told to (see stages/__init__.py)
and is as fast, so products of tensors on the processor are NumPy's.
"""

import numpy as np
import torch
from torch import nn


class _Product(torch.autograd.Function):
    """A B of matrices, gradients G B' and A' G."""

    @staticmethod
    def forward(context, a, b):
        context.save_for_backward(a, b)
        return _product(a, b)

    @staticmethod
    def backward(context, gradient):
        a, b = context.saved_tensors
        wanted_a, wanted_b = context.needs_input_grad
        return (
            _product(gradient, b.T) if wanted_a else None,
            _product(a.T, gradient) if wanted_b else None,
        )


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The product of two matrices, differentiable in both."""
    return _Product.apply(a, b)


class _Perceptron(torch.autograd.Function):
    """y = tanh(x V' + b) W' + c, gradients by the chain rule, each product made once."""

    @staticmethod
    def forward(context, x, v, b, w, c):
        hidden = _product(x, v.T).add_(b).tanh_()
        context.save_for_backward(x, hidden, v, w)
        return _product(hidden, w.T).add_(c)

    @staticmethod
    def backward(context, gradient):
        x, hidden, v, w = context.saved_tensors
        inner = _product(gradient, w)
        inner.addcmul_(inner * hidden, hidden, value=-1)
        return (
            _product(inner, v) if context.needs_input_grad[0] else None,
            _product(inner.T, x),
            inner.sum(0),
            _product(gradient.T, hidden),
            gradient.sum(0),
        )


def perceptron(x: torch.Tensor, hidden: nn.Linear, output: nn.Linear) -> torch.Tensor:
    """`output` of tanh of `hidden` of frames x (B, inputs), shape (B, outputs).

    One node of the graph in place of six: at this size what autograd spends on each counts.
    """
    return _Perceptron.apply(x, hidden.weight, hidden.bias, output.weight, output.bias)


@np.errstate(invalid="ignore", over="ignore")  # the loss says it, once
def _product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if a.device.type != "cpu":
        return torch.mm(a, b)
    return torch.from_numpy(np.dot(a.detach().numpy(), b.detach().numpy()))


class Linear(nn.Linear):
    """x W' + b of frames x of shape (B, inputs)."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Shape (B, outputs)."""
        return matmul(input, self.weight.T) + self.bias


def linear(inputs: int, outputs: int, generator: torch.Generator) -> Linear:
    """A layer drawn as PyTorch draws it, U(-1/sqrt(inputs), 1/sqrt(inputs)), from `generator`."""
    layer = Linear(inputs, outputs)
    limit = inputs**-0.5
    with torch.no_grad():
        layer.weight.uniform_(-limit, limit, generator=generator)
        layer.bias.uniform_(-limit, limit, generator=generator)
    return layer
