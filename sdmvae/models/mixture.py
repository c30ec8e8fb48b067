"""Sparse-mixture VAE (Mathieu et al., ICML 2019).

p(z) = prod w N(0, 0.05^2) + (1 - w) N(0, 1) with w = 0.8: most variables lie close to zero.
q(z | s) = N(mu, diag sigma^2); the code is mu. Their decomposition adds -strength times the
discrepancy between the aggregate posterior and the prior to the bound.
"""

import math
from typing import Annotated

import torch
from pydantic import Field

from sdmvae.divergences import gaussian_log_density
from sdmvae.models.base import LatentModel, gaussian

SPIKE_DEVIATION = 0.05
KERNEL_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Mixture(LatentModel):
    """Mixture of a narrow and a wide Gaussian on each of m latent variables."""

    def __init__(
        self,
        m: int,
        *,
        spike: Annotated[float, Field(gt=0, lt=1)] = 0.8,
        strength: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0,
    ) -> None:
        """`spike` is w; `strength` is lambda, the weight of the discrepancy, 0 or 100 in use."""
        super().__init__()
        self.heads = (m, m)
        self.spike, self.strength = spike, strength

    def sample(self, heads, generator):
        """z = mu + sigma epsilon."""
        mean, log_variance = heads
        return gaussian(mean, log_variance, generator)

    def kl(self, heads, draw, prior):
        """One-sample Monte Carlo, at the draw that is decoded."""
        return self.log_ratio(heads, draw, prior)

    def log_ratio(self, heads, draw, prior):
        """Of a Gaussian and the mixture."""
        return gaussian_log_density(draw, *heads) - self.log_prior(draw)

    def log_prior(self, z):
        """log p(z), shape (B,)."""
        one = z[..., None]
        zero = torch.zeros_like(one)
        narrow = gaussian_log_density(one, zero, zero + 2 * math.log(SPIKE_DEVIATION))
        wide = gaussian_log_density(one, zero, zero)
        return torch.logaddexp(narrow + math.log(self.spike), wide + math.log1p(-self.spike)).sum(
            -1
        )

    def mean(self, heads):
        """The mean mu."""
        mean, _ = heads
        return mean

    def latent(self, draw):
        """The draw is z itself."""
        return draw

    def penalty(self, heads, draw, prior, generator):
        """strength times the discrepancy of the batch from as many draws of the prior."""
        if self.strength == 0 or len(draw) < 2:
            return draw.new_zeros(())
        spike = torch.empty_like(draw).uniform_(generator=generator) < self.spike
        normal = torch.empty_like(draw).normal_(generator=generator)
        of_prior = torch.where(spike, SPIKE_DEVIATION, 1.0) * normal
        return self.strength * discrepancy(draw, of_prior)


def discrepancy(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Squared maximum mean discrepancy of draws (B, m), dimension by dimension, summed: a number.

    Unbiased (Gretton et al. 2012, Eq. 3), with the sum of inverse multiquadratic kernels
    C / (C + (x - y)^2), C = 2 scale.
    """
    count = len(x)
    first, second = torch.triu_indices(count, count, 1)
    within = _kernels(x[first] - x[second]) + _kernels(y[first] - y[second])
    return 2 * within / (count * (count - 1)) - 2 * _kernels(x[:, None] - y) / count**2


def _kernels(difference: torch.Tensor) -> torch.Tensor:
    squares = difference**2
    return sum((2 * scale / (2 * scale + squares)).sum() for scale in KERNEL_SCALES)
