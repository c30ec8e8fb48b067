"""A perceptron with tanh units, computed as one node of the autograd graph."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

from sdmvae.nn.linear import Array, Linear, as_array, as_tensor, multiply


class Perceptron(nn.Module):
    """Hidden layers of tanh units and a linear output: x -> tanh(x V' + b) -> ... -> h W' + c.

    It takes x of shape (B, inputs) and gives (B, outputs).
    """

    def __init__(
        self, inputs: int, hidden: Sequence[int], outputs: int, generator: torch.Generator
    ) -> None:
        """Sample the initial weights layer by layer.

        Args:
            inputs: The width of the input.
            hidden: The width of each hidden layer, in the order in which they are computed.
            outputs: The width of the output.
            generator: The source of randomness.
        """
        super().__init__()
        widths = [inputs, *hidden, outputs]
        self.layers = nn.ModuleList(Linear(*pair, generator) for pair in pairwise(widths))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the outputs for a batch of inputs.

        Args:
            x: Shape (B, inputs).

        Returns:
            Shape (B, outputs).
        """
        output: torch.Tensor = _Layers.apply(x, *self.parameters())  # type: ignore[no-untyped-call]
        return output


class _Layers(torch.autograd.Function):
    """All layers in one step: autograd's own cost for each operation counts at this size.

    The parameters are W1, b1, W2, b2, ...; every layer but the last is followed by tanh.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        arrays = [as_array(parameter) for parameter in parameters]
        weights, biases = arrays[::2], arrays[1::2]
        activations = [as_array(x)]
        for number, (weight, bias) in enumerate(zip(weights, biases, strict=True), 1):
            output = multiply(activations[-1], weight.T)
            output += bias
            activations.append(_tanh(output) if number < len(weights) else output)
        ctx.kept = activations[:-1], weights
        return as_tensor(activations[-1])

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        activations, weights = ctx.kept
        inner = as_array(gradient)
        gradients: list[torch.Tensor | None] = []
        for layer in reversed(range(len(weights))):
            gradients = [
                as_tensor(multiply(inner.T, activations[layer])),
                as_tensor(inner.sum(0)),
                *gradients,
            ]
            if layer > 0 or ctx.needs_input_grad[0]:
                inner = multiply(inner, weights[layer])
            if layer > 0:
                inner -= inner * activations[layer] * activations[layer]
        return (as_tensor(inner) if ctx.needs_input_grad[0] else None, *gradients)


def _tanh(array: Array) -> Array:
    return np.tanh(array, out=array) if isinstance(array, np.ndarray) else array.tanh_()
