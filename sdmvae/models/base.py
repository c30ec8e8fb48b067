"""The contract of a model: its posterior, its sampling, its KL, its code, and how z comes of it.

Everything else is the same for all models: the network, the likelihood and the training loop.
Shapes: a batch has B frames, z has m dimensions, a sample from the posterior has D.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import nn

from sdmvae.nn.divergences import gaussian_log_density

# The parameters of q(. | s) as the encoder puts them out: tensors of shape (B, width), one for
# each of the model's `posterior_widths`.
Posterior = tuple[torch.Tensor, ...]


class LatentModel(nn.Module, ABC):
    """A model of the latent variables of one frame.

    A model's file defines one class that is not abstract. Its constructor takes any of ``m``,
    ``bins`` (the width of the encoder's input) and ``generator`` (the only source of initial
    weights) by these names. Keyword-only arguments follow: these are the keys that a variant may
    set in params.yaml, and their annotations are what params.yaml is checked against. A
    constructor refuses a combination of arguments with ValueError.

    Five methods have to be written. The others have a default that changes nothing. Layers from
    `sdmvae.nn.linear` keep the promise of the same bits on every processor; those of `torch.nn`
    work as well, without that promise.

    Attributes:
        posterior_widths: How many numbers the encoder puts out for each parameter of the
            posterior. Methods get the parameters in this order.
        dictionary: D of shape (m, D) with columns of unit norm, for models with z = D a.
        is_baseline: Whether the other models are compared with this one.
        prior_is_fitted_to_each_frame: Whether the prior has parameters that are fitted to every
            frame, test frames too, so that its bound bounds no likelihood.
    """

    posterior_widths: tuple[int, ...]
    dictionary: torch.Tensor | None
    is_baseline: ClassVar[bool] = False
    prior_is_fitted_to_each_frame: ClassVar[bool] = False

    def __init__(self) -> None:
        """Start without a dictionary."""
        super().__init__()
        self.register_buffer("dictionary", None)

    @abstractmethod
    def sample(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Draw one sample from q(. | s) for each frame.

        While the module is in training mode it may be a relaxation of a sample.

        Args:
            posterior: The parameters of q(. | s).
            generator: The source of randomness.

        Returns:
            Shape (B, D), differentiable in the posterior's parameters.
        """

    @abstractmethod
    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the KL divergence of q(. | s) from the prior, constants included.

        Args:
            posterior: The parameters of q(. | s).
            sample: What `sample` gave, for a KL that is estimated from it.
            prior: What `prior` gave.

        Returns:
            Nats per frame, shape (B,).
        """

    @abstractmethod
    def log_ratio(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return log q(sample | s) - log p(sample), whose mean over exact samples is `kl`.

        Args:
            posterior: The parameters of q(. | s).
            sample: An exact sample, shape (B, D).
            prior: What `prior` gave.

        Returns:
            Nats per frame, shape (B,).
        """

    @abstractmethod
    def mean(self, posterior: Posterior) -> torch.Tensor:
        """Return the posterior mean, which stands for the frame at test time, shape (B, D)."""

    @abstractmethod
    def latent(self, sample: torch.Tensor) -> torch.Tensor:
        """Return z, which the decoder is given, shape (B, m), for samples of shape (B, D)."""

    def code(self, sample: torch.Tensor) -> torch.Tensor:
        """Return the code, whose sparsity is scored, shape (B, D): by default the sample."""
        return sample

    def hard_code(self, posterior: Posterior) -> torch.Tensor | None:
        """Return a second code of hard decisions, shape (B, D), if the model makes any."""
        return None

    def prior(
        self, encoder_input: torch.Tensor, encode: Callable[[torch.Tensor], Posterior]
    ) -> Any:
        """Return what `kl` and `log_ratio` need to know of a prior that depends on the frame.

        Args:
            encoder_input: What the encoder is given, shape (B, bins).
            encode: The encoder: the posterior's parameters for any such input.
        """
        return None

    def penalty(
        self,
        posterior: Posterior,
        sample: torch.Tensor,
        prior: Any,
        generator: torch.Generator,
    ) -> torch.Tensor:
        """Return what training adds to the negative bound: one number per batch, nats per frame."""
        return sample.new_zeros(())

    def anneal(self, step: int, planned: int) -> bool:
        """Set what the model anneals, before an optimisation step.

        A step may be recorded as a CUDA graph and replayed. So what changes has to be kept in
        tensors that are changed in place.

        Args:
            step: The number of the optimisation step, from 0.
            planned: How many steps are planned.

        Returns:
            Whether annealing is over. From then on validation losses compare.
        """
        return True

    def constrain(self) -> None:
        """Bring parameters back to where they are constrained to, after an optimisation step."""


class GaussianModel(LatentModel):
    """A model with q(. | s) = N(mu, diag sigma^2) of D variables."""

    def __init__(self, width: int) -> None:
        """Ask the encoder for mu and log sigma^2, of `width` = D numbers each."""
        super().__init__()
        self.posterior_widths = (width, width)

    @abstractmethod
    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log p(sample), nats per frame, shape (B,)."""

    def sample(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return mu + sigma epsilon with epsilon from N(0, I)."""
        mean, log_variance = posterior
        return sample_gaussian(mean, log_variance, generator)

    def log_ratio(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return log q(sample | s) - log p(sample)."""
        mean, log_variance = posterior
        return gaussian_log_density(sample, mean, log_variance) - self.log_prior(posterior, sample)

    def mean(self, posterior: Posterior) -> torch.Tensor:
        """Return mu."""
        mean, _ = posterior
        return mean


def sample_gaussian(
    mean: torch.Tensor, log_variance: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """Draw a sample from N(mu, sigma^2), reparametrised as mu + sigma epsilon.

    Args:
        mean: mu, any shape.
        log_variance: log sigma^2, of the same shape.
        generator: The source of epsilon.
    """
    noise = torch.empty_like(mean).normal_(generator=generator)
    return mean + torch.exp(0.5 * log_variance) * noise
