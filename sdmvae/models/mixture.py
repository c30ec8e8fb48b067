"""Sparse-mixture VAE (Mathieu et al., ICML 2019).

The prior is p(z) = prod w N(0, 0.05^2) + (1 - w) N(0, 1) with w = 0.8: most variables lie close to
zero. The posterior is q(z | s) = N(mu, diag sigma^2), and the code is mu. The KL divergence has no
closed form, and is estimated from the sample that is decoded. Their decomposition subtracts
`strength` times the discrepancy between the aggregate posterior and the prior from the bound.
"""

import math
from collections.abc import Callable
from typing import Annotated, Any

import torch
from pydantic import Field

from sdmvae.models.base import GaussianModel, Posterior
from sdmvae.nn.divergences import gaussian_log_density, standard_normal_log_density

SPIKE_DEVIATION = 0.05
KERNEL_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
SHIFTS = 8


class Mixture(GaussianModel):
    """A mixture of a narrow and a wide Gaussian on each of m latent variables."""

    def __init__(
        self,
        m: int,
        *,
        spike: Annotated[float, Field(gt=0, lt=1)] = 0.8,
        strength: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0,
    ) -> None:
        """Take the prior's weight and the weight of the discrepancy.

        Args:
            m: The latent dimension.
            spike: w, the weight of the narrow Gaussian.
            strength: lambda, the weight of the discrepancy; the paper uses 0 and 100.
        """
        super().__init__(m)
        self.spike, self.strength = spike, strength

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return the log-density of the mixture."""
        one = sample[..., None]
        zero = torch.zeros_like(one)
        narrow = math.log(self.spike) + gaussian_log_density(
            one, zero, zero + 2 * math.log(SPIKE_DEVIATION)
        )
        wide = math.log1p(-self.spike) + standard_normal_log_density(one)
        return torch.logaddexp(narrow, wide).sum(-1)

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor:
        """Draw from the mixture."""
        (width, _) = self.posterior_widths
        return self._prior_like(torch.empty(count, width, device=generator.device), generator)

    def penalty(
        self,
        posterior: Posterior,
        sample: torch.Tensor,
        prior: Any,
        generator: torch.Generator,
    ) -> torch.Tensor:
        """Return lambda times the discrepancy of the batch from as many samples of the prior."""
        if self.strength == 0 or len(sample) < 2:
            return sample.new_zeros(())
        return self.strength * discrepancy(sample, self._prior_like(sample, generator))

    def _prior_like(self, sample: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        spike = torch.empty_like(sample).uniform_(generator=generator) < self.spike
        normal = torch.empty_like(sample).normal_(generator=generator)
        return torch.where(spike, SPIKE_DEVIATION, 1.0) * normal


def discrepancy(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the squared maximum mean discrepancy per dimension, summed over dimensions.

    The estimate is unbiased (Gretton et al. 2012). Its kernel is the sum of inverse
    multiquadratic kernels C / (C + (x - y)^2) with C = 2 scale. Of the B^2 pairs it takes those
    that a few cyclic shifts of the batch make, because all of them would take far longer than the
    rest of an optimisation step.

    Args:
        x: Samples of one distribution, shape (B, m) with B >= 2.
        y: Samples of the other, shape (B, m).

    Returns:
        A number.
    """
    shifts = range(1, min(SHIFTS, len(x) - 1) + 1)
    others_x = torch.stack([x.roll(shift, 0) for shift in shifts])
    others_y = torch.stack([y.roll(shift, 0) for shift in shifts])
    return _kernel(x - others_x) + _kernel(y - others_y) - 2 * _kernel(x - others_y)


def _kernel(difference: torch.Tensor) -> torch.Tensor:
    """Return the kernel's mean over pairs, summed over dimensions; shape (pairs..., m)."""
    squares = difference**2
    values = torch.zeros_like(squares)
    for scale in KERNEL_SCALES:
        values = values + 2 * scale / (2 * scale + squares)
    return values.sum() * difference.shape[-1] / difference.numel()
