"""Sparse-mixture VAE (Mathieu et al., ICML 2019).

p(z) = prod w N(0, 0.05^2) + (1 - w) N(0, 1) with w = 0.8: most variables lie close to zero.
q(z | s) = N(mu, diag sigma^2); the code is mu. Their decomposition adds -strength times the
discrepancy between the aggregate posterior and the prior to the bound.
"""

import math
from typing import Annotated

import torch
from pydantic import Field

from sdmvae.models.base import GaussianModel
from sdmvae.nn.divergences import gaussian_log_density, standard_normal_log_density

SPIKE_DEVIATION = 0.05
KERNEL_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
SHIFTS = 8


class Mixture(GaussianModel):
    """Mixture of a narrow and a wide Gaussian on each of m latent variables."""

    def __init__(
        self,
        m: int,
        *,
        spike: Annotated[float, Field(gt=0, lt=1)] = 0.8,
        strength: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0,
    ) -> None:
        """`spike` is w; `strength` is lambda, the weight of the discrepancy, 0 or 100 in use."""
        super().__init__(m)
        self.spike, self.strength = spike, strength

    def kl(self, heads, draw, prior):
        """One-sample Monte Carlo, at the draw that is decoded."""
        return self.log_ratio(heads, draw, prior)

    def log_prior(self, heads, draw):
        """Of the mixture."""
        one = draw[..., None]
        zero = torch.zeros_like(one)
        narrow = math.log(self.spike) + gaussian_log_density(
            one, zero, zero + 2 * math.log(SPIKE_DEVIATION)
        )
        wide = math.log1p(-self.spike) + standard_normal_log_density(one)
        return torch.logaddexp(narrow, wide).sum(-1)

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

    Unbiased (Gretton et al. 2012), with the sum of inverse multiquadratic kernels
    C / (C + (x - y)^2), C = 2 scale. Of the B^2 pairs it takes those that a few cyclic shifts of
    the batch make, for all of them would take far longer than the rest of a step.
    """
    shifts = range(1, min(SHIFTS, len(x) - 1) + 1)
    others_x = torch.stack([x.roll(shift, 0) for shift in shifts])
    others_y = torch.stack([y.roll(shift, 0) for shift in shifts])
    return _kernel(x - others_x) + _kernel(y - others_y) - 2 * _kernel(x - others_y)


def _kernel(difference: torch.Tensor) -> torch.Tensor:
    """Mean over pairs, sum over dimensions, of differences (pairs..., m)."""
    squares = difference**2
    values = sum(2 * scale / (2 * scale + squares) for scale in KERNEL_SCALES)
    return values.sum() * difference.shape[-1] / difference.numel()
