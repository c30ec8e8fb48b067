"""The contract of a model: its encoder heads, sampling, KL, code, and code -> z.

Everything else, the network, the likelihood and the loop, is the same for all.
Shapes: B frames, latent dimension m, D numbers a draw.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import nn

from sdmvae.nn.divergences import gaussian_log_density

Heads = tuple[torch.Tensor, ...]


class LatentModel(nn.Module, ABC):
    """A model of the latent variables of one frame.

    A model's file defines one class that is not abstract. Its constructor takes any of ``m``,
    ``bins`` (the width of the encoder's input) and ``generator`` (the only source of initial
    weights) by these names, then keyword-only, annotated arguments: the keys a variant may set in
    params.yaml, which is checked against the annotations. ValueError in the constructor refuses
    a combination.

    A model says what a draw from q(. | s) is and how z comes of it. `heads` and five methods
    have to be written; the others have a default that does nothing.

    Attributes:
        is_baseline: Whether the report compares the other models with this one.
        prior_is_fitted_to_each_frame: Whether the prior has variances of its own for each frame,
            which lowers the KL.
        heads: widths of the encoder's outputs, which every method takes in this order.
        dictionary: D of shape (m, D), unit-norm columns; only models with z = D a have one.
    """

    is_baseline: ClassVar[bool] = False
    prior_is_fitted_to_each_frame: ClassVar[bool] = False

    heads: tuple[int, ...]
    dictionary: torch.Tensor

    @abstractmethod
    def sample(self, heads: Heads, generator: torch.Generator) -> torch.Tensor:
        """One draw from q(. | s), shape (B, D), differentiable in `heads`.

        While the module is in training mode it may be a relaxation of a draw.
        """

    @abstractmethod
    def kl(self, heads: Heads, draw: torch.Tensor, prior: Any) -> torch.Tensor:
        """KL of q(. | s) from the prior, constants included, nats, shape (B,).

        `draw` is what `sample` gave, for priors whose KL is estimated from it.
        """

    @abstractmethod
    def log_ratio(self, heads: Heads, draw: torch.Tensor, prior: Any) -> torch.Tensor:
        """log q(draw | s) - log p(draw), nats, shape (B,); its mean over exact draws is `kl`."""

    @abstractmethod
    def mean(self, heads: Heads) -> torch.Tensor:
        """The draw that stands for the frame at test time, shape (B, D); no randomness."""

    @abstractmethod
    def latent(self, draw: torch.Tensor) -> torch.Tensor:
        """What the decoder is given, z, shape (B, m)."""

    def code(self, draw: torch.Tensor) -> torch.Tensor:
        """The numbers whose sparsity is scored, shape (B, D): the draw itself."""
        return draw

    def hard_code(self, heads: Heads) -> torch.Tensor | None:
        """A second code, of the frame's hard decisions, where q makes any."""
        return None

    def prior(self, features: torch.Tensor, encode: Callable[[torch.Tensor], Heads]) -> Any:
        """What `kl` and `log_ratio` must know of a prior that depends on the frame.

        `features` is the encoder's input, (B, bins); `encode` gives the heads of any such input.
        """
        return None

    def penalty(
        self, heads: Heads, draw: torch.Tensor, prior: Any, generator: torch.Generator
    ) -> torch.Tensor:
        """What training adds to minus the bound, a number for the batch, nats a frame."""
        return draw.new_zeros(())

    def anneal(self, step: int, planned: int) -> bool:
        """Set what the model anneals for optimisation step `step` of `planned`, in tensors.

        A step may be recorded and replayed, with the tensors' values of the day and no others.
        Returns True once annealing is over, from when validation losses compare.
        """
        return True

    def constrain(self) -> None:
        """Bring parameters back to where they are constrained to, after an optimisation step."""


class GaussianModel(LatentModel):
    """A model with q(. | s) = N(mu, diag sigma^2) of D variables; the draw is that of these."""

    def __init__(self, width: int) -> None:
        """Heads mu and log sigma^2, of `width` D each."""
        super().__init__()
        self.heads = (width, width)

    @abstractmethod
    def log_prior(self, heads: Heads, draw: torch.Tensor) -> torch.Tensor:
        """log p(draw), nats, shape (B,)."""

    def sample(self, heads: Heads, generator: torch.Generator) -> torch.Tensor:
        """mu + sigma epsilon."""
        mean, log_variance = heads
        return gaussian(mean, log_variance, generator)

    def log_ratio(self, heads: Heads, draw: torch.Tensor, prior: Any) -> torch.Tensor:
        """Of q to the prior."""
        return gaussian_log_density(draw, *heads) - self.log_prior(heads, draw)

    def mean(self, heads: Heads) -> torch.Tensor:
        """The mean mu."""
        mean, _ = heads
        return mean


def gaussian(
    mean: torch.Tensor, log_variance: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """A draw of N(mu, sigma^2), reparametrised: mu + sigma epsilon, shape as `mean`."""
    noise = torch.empty_like(mean).normal_(generator=generator)
    return mean + torch.exp(0.5 * log_variance) * noise
