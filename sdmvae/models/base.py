"""The contract of a model: its encoder heads, sampling, KL, code, and code -> z.

Everything else, the network, the likelihood and the loop, is the same for all.
Shapes: B frames, latent dimension m, D numbers of code a frame.
"""

from abc import ABC, abstractmethod

import torch
from torch import nn


class LatentModel(nn.Module, ABC):
    """A model of the latent variables of one frame.

    A model's file defines one class, built as ``Class(m, **arguments)``: the arguments are
    keyword-only and annotated, for params.yaml is checked against the annotations. ValueError
    in the constructor refuses a combination.

    Attributes:
        heads: widths of the encoder's outputs, which every method takes in this order.
    """

    heads: tuple[int, ...]

    @abstractmethod
    def sample(self, heads: tuple[torch.Tensor, ...], generator: torch.Generator) -> torch.Tensor:
        """One draw of the code from q(. | s), shape (B, D), differentiable in `heads`."""

    @abstractmethod
    def kl(self, heads: tuple[torch.Tensor, ...], code: torch.Tensor) -> torch.Tensor:
        """KL of q(. | s) from the prior, constants included, nats, shape (B,).

        `code` is the draw `sample` gave, for priors whose KL is estimated from it.
        """

    @abstractmethod
    def code(self, heads: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """The code that stands for the frame at test time, shape (B, D); no randomness."""

    @abstractmethod
    def latent(self, code: torch.Tensor) -> torch.Tensor:
        """What the decoder is given, z, shape (B, m)."""

    @abstractmethod
    def warm_up(self, step: int, planned: int) -> bool:
        """Set what the model anneals for optimisation step `step` of `planned`.

        Returns True once annealing is over, from when validation losses compare.
        """


def gaussian(
    mean: torch.Tensor, log_variance: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """A draw of N(mu, sigma^2), reparametrised: mu + sigma epsilon, shape as `mean`."""
    noise = torch.empty_like(mean).normal_(generator=generator)
    return mean + torch.exp(0.5 * log_variance) * noise
