"""The contract of a model: its posterior, its sampling, its KL, its code, and how z comes of it.

Everything else is the same for all models: the network, the likelihood and the training loop. In
training, z comes of the frame in three steps: a sample from the posterior, the code of the sample,
and z, which the decoder is given. At test time the mean code takes the place of the sample's.
Shapes: a batch has B frames, a sample has D numbers, a code has K, and z has m.
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

    Four methods have to be written: `sample`, `kl`, `log_ratio` and `mean_code`. The others have a
    default that changes nothing. Layers from `sdmvae.nn.linear` keep the promise of the same bits
    on every processor; those of `torch.nn` work as well, without that promise.

    Attributes:
        posterior_widths: How many numbers the encoder puts out for each parameter of the
            posterior. Methods get the parameters in this order.
        dictionary: The atoms in columns of unit norm, shape (m, K), for models with z = D a.
        is_baseline: Whether the other models are compared with this one.
        prior_is_fitted_to_each_frame: Whether `kl` is of a prior with parameters that are fitted
            to every frame, test frames too, so that the bound of training bounds no likelihood.
        code_depends_on_the_posterior: Whether a code depends on q(. | s) besides the sample. Then
            the decoder sees more of the frame than the prior pays for, so that its bound bounds no
            likelihood.
        is_straight_through: Whether gradients in training pass a step as if it were not there, so
            that they are not the derivatives of the loss.
        kl_is_elementwise: Whether `kl` sums a divergence of each dimension, computed element by
            element, that is close to 0 where a dimension carries nothing.
    """

    posterior_widths: tuple[int, ...]
    dictionary: torch.Tensor | None
    is_baseline: ClassVar[bool] = False
    prior_is_fitted_to_each_frame: ClassVar[bool] = False
    code_depends_on_the_posterior: ClassVar[bool] = False
    is_straight_through: ClassVar[bool] = False
    kl_is_elementwise: ClassVar[bool] = False

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

    @property
    def has_likelihood(self) -> bool:
        """Whether `log_ratio` is of a prior that is fixed before a frame is seen.

        Then the importance-weighted bound bounds the likelihood.
        """
        return not (self.prior_is_fitted_to_each_frame or self.code_depends_on_the_posterior)

    def kl_by_dimension(
        self, posterior: Posterior, sample: torch.Tensor, prior: Any
    ) -> torch.Tensor | None:
        """Return the KL divergence of each dimension, close to 0 where it carries nothing.

        Args:
            posterior: The parameters of q(. | s).
            sample: What `sample` gave.
            prior: What `prior` gave.

        Returns:
            Nats, shape (B, D), or None if the model has none. The sum over dimensions is `kl`, up
            to a constant.
        """
        if not self.kl_is_elementwise:
            return None
        alone = tuple(parameter[..., None] for parameter in posterior)
        return self.kl(alone, sample[..., None], prior)

    def log_posterior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor | None:
        """Return log q(sample | s), under which a prior that is fitted later can be scored.

        Args:
            posterior: The parameters of q(. | s).
            sample: An exact sample, shape (B, D).

        Returns:
            Nats per frame, shape (B,); None if the density is not known.
        """
        return None

    def signal_to_noise(self, posterior: Posterior) -> torch.Tensor | None:
        """Return mu / sigma of each dimension, shape (B, D), for a posterior N(mu, sigma^2)."""
        return None

    @abstractmethod
    def mean_code(self, posterior: Posterior) -> torch.Tensor:
        """Return the code that stands for the frame at test time, shape (B, K).

        Its sparsity is scored.
        """

    def code(self, sample: torch.Tensor, posterior: Posterior) -> torch.Tensor:
        """Return the code of a sample: by default the sample itself.

        Args:
            sample: Shape (B, D).
            posterior: The parameters of the q(. | s) that the sample is from.

        Returns:
            Shape (B, K).
        """
        return sample

    def latent(self, code: torch.Tensor) -> torch.Tensor:
        """Return z, which the decoder is given: by default the code itself.

        Args:
            code: Shape (B, K), the code of a sample or the mean code.

        Returns:
            Shape (B, m).
        """
        return code

    def hard_code(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor | None:
        """Return a second code, in which dimensions are exactly zero, if the model has one.

        Args:
            posterior: The parameters of q(. | s).
            generator: The source of randomness, for a code that is sampled.

        Returns:
            Shape (B, K), or None.
        """
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

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor | None:
        """Draw samples from the model's own prior; by default it has none to draw from.

        A prior counts only if no frame changes it. The sample has to give the code by itself.

        Args:
            count: B.
            generator: The source of randomness, on the model's device.
            encode: The encoder: the posterior's parameters for any input.

        Returns:
            Independent samples, shape (B, D), or None.
        """
        return None

    def observe(self, posterior: Posterior) -> None:
        """Update what the model learns without a gradient, before the bound of a training batch.

        What changes has to be kept in buffers that are changed in place. They are saved with the
        weights.

        Args:
            posterior: The parameters of q(. | s) of the batch.
        """

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
    """A model with q(. | s) = N(mu, diag sigma^2) of D variables.

    One method has to be written: `log_prior`.
    """

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

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the Monte Carlo estimate from the one sample that is decoded."""
        return self.log_ratio(posterior, sample, prior)

    def log_ratio(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return log q(sample | s) - log p(sample)."""
        return self.log_posterior(posterior, sample) - self.log_prior(posterior, sample)

    def log_posterior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log N(sample; mu, diag sigma^2)."""
        mean, log_variance = posterior
        return gaussian_log_density(sample, mean, log_variance)

    def signal_to_noise(self, posterior: Posterior) -> torch.Tensor:
        """Return mu / sigma."""
        mean, log_variance = posterior
        return mean * torch.exp(-0.5 * log_variance)

    def mean_code(self, posterior: Posterior) -> torch.Tensor:
        """Return the code of mu."""
        mean, _ = posterior
        return self.code(mean, posterior)


def standard_normal(count: int, width: int, generator: torch.Generator) -> torch.Tensor:
    """Draw from N(0, I), shape (count, width), on the device of the generator."""
    return torch.empty(count, width, device=generator.device).normal_(generator=generator)


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
