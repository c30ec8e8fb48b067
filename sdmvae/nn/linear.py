"""Matrix products that give the same bits on every machine, and layers made of them.

On a processor PyTorch multiplies with a library that chooses its order of summation by the maker
and the model of the processor. NumPy's takes the kernels it is told to (see stages/__init__.py)
and is as fast, so layers on the processor compute on NumPy's arrays, and on a device, by the same
lines, on tensors.
"""

import numpy as np
import torch
from torch import nn

Array = np.ndarray | torch.Tensor

# A decorator for who multiplies: of numbers that are none the loss tells, once.
ignore_float_warnings = np.errstate(invalid="ignore", over="ignore")


def _array(tensor: torch.Tensor) -> Array:
    return tensor.detach().numpy() if tensor.device.type == "cpu" else tensor


def _tensor(array: Array) -> torch.Tensor:
    return torch.from_numpy(array) if isinstance(array, np.ndarray) else array


def _product(a: Array, b: Array) -> Array:
    return np.dot(a, b) if isinstance(a, np.ndarray) else torch.mm(a, b)


def _tanh(a: Array) -> Array:
    return np.tanh(a, out=a) if isinstance(a, np.ndarray) else a.tanh_()


class _Product(torch.autograd.Function):
    """A B of matrices, gradients G B' and A' G."""

    @staticmethod
    def forward(context, a, b):
        context.save_for_backward(a, b)
        return _tensor(_product(_array(a), _array(b)))

    @staticmethod
    def backward(context, gradient):
        a, b = map(_array, context.saved_tensors)
        gradient = _array(gradient)
        wanted_a, wanted_b = context.needs_input_grad
        return (
            _tensor(_product(gradient, b.T)) if wanted_a else None,
            _tensor(_product(a.T, gradient)) if wanted_b else None,
        )


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The product of two matrices, differentiable in both."""
    return _Product.apply(a, b)


class _Perceptron(torch.autograd.Function):
    """y = tanh(x V' + b) W' + c, gradients by the chain rule, each product made once."""

    @staticmethod
    def forward(context, x, v, b, w, c):
        x, v, b, w, c = map(_array, (x, v, b, w, c))
        hidden = _product(x, v.T)
        hidden += b
        hidden = _tanh(hidden)
        context.kept = x, hidden, v, w
        output = _product(hidden, w.T)
        output += c
        return _tensor(output)

    @staticmethod
    def backward(context, gradient):
        x, hidden, v, w = context.kept
        gradient = _array(gradient)
        inner = _product(gradient, w)
        inner -= inner * hidden * hidden
        return (
            _tensor(_product(inner, v)) if context.needs_input_grad[0] else None,
            _tensor(_product(inner.T, x)),
            _tensor(inner.sum(0)),
            _tensor(_product(gradient.T, hidden)),
            _tensor(gradient.sum(0)),
        )


def perceptron(x: torch.Tensor, hidden: nn.Linear, output: nn.Linear) -> torch.Tensor:
    """`output` of tanh of `hidden` of frames x (B, inputs), shape (B, outputs).

    One node of the graph in place of six: at this size what autograd spends on each counts.
    """
    return _Perceptron.apply(x, hidden.weight, hidden.bias, output.weight, output.bias)


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
