"""InteL-VAE with a dimension selector (Miao et al., ICLR 2022).

y ~ N(0, I), q(y | s) = N(mu, diag sigma^2), and a deterministic selector switches dimensions
off: z = y * DS(y). The code is mu * DS(mu).
"""

import math
from typing import Annotated

import torch
from pydantic import Field
from torch import nn
from torch.nn.functional import logsigmoid

from sdmvae.models.base import GaussianModel
from sdmvae.nn.divergences import standard_normal_kl, standard_normal_log_density
from sdmvae.nn.linear import linear

SELECTOR_HIDDEN = 10


class InteL(GaussianModel):
    """Standard normal prior on m variables, of which the selector passes some."""

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        *,
        strength: Annotated[float, Field(ge=0, allow_inf_nan=False)],
    ) -> None:
        """`strength` is lambda, the weight of the selector's sparsity; 0 to 100 in use."""
        super().__init__(m)
        self.strength = strength
        first = linear(m, SELECTOR_HIDDEN, generator)
        second = linear(SELECTOR_HIDDEN, SELECTOR_HIDDEN, generator)
        last = linear(SELECTOR_HIDDEN, m, generator)
        self.selector = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), last)

    def kl(self, heads, draw, prior):
        """Of y, in closed form."""
        return standard_normal_kl(*heads)

    def log_prior(self, heads, draw):
        """Of y, N(0, I)."""
        return standard_normal_log_density(draw)

    def latent(self, draw):
        """z = y * DS(y), the selector's outputs being log-odds of DS."""
        return draw * torch.sigmoid(self.selector(draw))

    def code(self, draw):
        """z, for it is there that dimensions are off."""
        return self.latent(draw)

    def penalty(self, heads, draw, prior, generator):
        """strength (mean_i H(p_i) - H(mean_i p_i)), p = DS / sum DS: few at a time, all in turn."""
        if self.strength == 0:
            return draw.new_zeros(())
        # In logarithms throughout: shares underflow to 0, where the gradient of p log p is lost.
        log_shares = torch.log_softmax(logsigmoid(self.selector(draw)), dim=-1)
        log_mean = torch.logsumexp(log_shares, dim=0) - math.log(len(draw))
        return self.strength * (_entropy(log_shares).mean() - _entropy(log_mean))


def _entropy(log_shares: torch.Tensor) -> torch.Tensor:
    return -(log_shares.exp() * log_shares).sum(-1)
