"""Matrix products that give the same bits on every processor, and a linear layer made of them.

On a processor, PyTorch multiplies matrices with a library that chooses the order of its sums by the
maker and the model of the processor. NumPy multiplies with OpenBLAS, whose kernels can be chosen
(see `sdmvae.runtime.determinism`), and it is as fast. So a product of tensors on the processor is
computed by NumPy on the same memory. On a GPU it is computed by PyTorch.
"""

from typing import Any

import numpy as np
import torch
from torch import nn

Array = np.ndarray | torch.Tensor

# NumPy warns of overflow where PyTorch does not. The loss is checked after every epoch instead.
ignore_float_warnings = np.errstate(invalid="ignore", over="ignore")


def as_array(tensor: torch.Tensor) -> Array:
    """Return the tensor as a NumPy array on the same memory, or itself if it is on a GPU."""
    return tensor.detach().numpy() if tensor.device.type == "cpu" else tensor


def as_tensor(array: Array) -> torch.Tensor:
    """Return the array as a tensor on the same memory."""
    return torch.from_numpy(array) if isinstance(array, np.ndarray) else array


def multiply(a: Array, b: Array) -> Any:
    """Return the product of two matrices, of the kind that both are."""
    return np.dot(a, b) if isinstance(a, np.ndarray) else torch.mm(a, b)  # type: ignore[arg-type]


class _Product(torch.autograd.Function):
    """A B for matrices; the gradients are G B' and A' G."""

    @staticmethod
    def forward(ctx: Any, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(a, b)
        return as_tensor(multiply(as_array(a), as_array(b)))

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        a, b = map(as_array, ctx.saved_tensors)
        outer = as_array(gradient)
        needs_a, needs_b = ctx.needs_input_grad
        return (
            as_tensor(multiply(outer, b.T)) if needs_a else None,
            as_tensor(multiply(a.T, outer)) if needs_b else None,
        )


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Multiply two matrices.

    Args:
        a: Shape (rows, inner), float32.
        b: Shape (inner, columns), float32.

    Returns:
        The product, shape (rows, columns); it is differentiable in both.
    """
    product: torch.Tensor = _Product.apply(a, b)  # type: ignore[no-untyped-call]
    return product


class Linear(nn.Linear):
    """A linear layer x W' + b with the same bits on every processor.

    It takes x of shape (B, inputs) and gives (B, outputs). Inputs of more than two dimensions have
    to be flattened first. `torch.nn.Linear` works in its place, with bits that may depend on the
    processor.
    """

    def __init__(self, inputs: int, outputs: int, generator: torch.Generator) -> None:
        """Sample the initial weights, uniform in +-1/sqrt(inputs), as PyTorch does.

        Args:
            inputs: The width of the input.
            outputs: The width of the output.
            generator: The source of randomness.
        """
        super().__init__(inputs, outputs)
        limit = inputs**-0.5
        with torch.no_grad():
            self.weight.uniform_(-limit, limit, generator=generator)
            self.bias.uniform_(-limit, limit, generator=generator)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Return x W' + b.

        Args:
            input: x of shape (B, inputs).

        Returns:
            Shape (B, outputs).
        """
        return matmul(input, self.weight.T) + self.bias
