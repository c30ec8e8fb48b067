"""Variational sparse coding with the fixed prior (Tonolini et al., UAI 2020).

Spike and slab: p(z) = prod alpha N(0, 1) + (1 - alpha) delta_0, and
q(z | s) = prod g N(mu, sigma^2) + (1 - g) delta_0, so alpha is the prior probability that a
dimension is not zero; the code is g mu.
"""

from typing import Annotated

import torch
from pydantic import Field

from sdmvae.divergences import spike_and_slab_kl
from sdmvae.models.base import LatentModel, gaussian

FIRST_SLOPE, LAST_SLOPE, SLOPE_STEPS = 50.0, 200.0, 20_000
LEAST_ODDS = 1e-6


class VSC(LatentModel):
    """Spike-and-slab prior on m latent variables."""

    def __init__(self, m: int, *, alpha: Annotated[float, Field(gt=0, lt=1)]) -> None:
        """Heads mu, log sigma^2 and v, the log-odds of g, of m each."""
        super().__init__()
        self.alpha = alpha
        self.heads = (m, m, m)
        self.slope = LAST_SLOPE

    def sample(self, heads, generator):
        """z = S(c (eta - 1 + g)) (mu + sigma epsilon), eta uniform: P(eta > 1 - g) = g."""
        mean, log_variance, log_odds = heads
        on = torch.sigmoid(_clamped(log_odds))
        uniform = torch.empty_like(on).uniform_(generator=generator)
        gate = torch.sigmoid(self.slope * (uniform - 1 + on))
        return gate * gaussian(mean, log_variance, generator)

    def kl(self, heads, code):
        """In closed form."""
        mean, log_variance, log_odds = heads
        return spike_and_slab_kl(mean, log_variance, _clamped(log_odds), self.alpha)

    def code(self, heads):
        """The mean g mu."""
        mean, _, log_odds = heads
        return torch.sigmoid(_clamped(log_odds)) * mean

    def latent(self, code):
        """The code is z itself."""
        return code

    def warm_up(self, step, planned):
        """Slope c from 50 to 200, over 20,000 steps or a quarter of the plan if that is less."""
        steps = min(SLOPE_STEPS, planned // 4)
        progress = 1.0 if step >= steps else step / steps
        self.slope = FIRST_SLOPE + progress * (LAST_SLOPE - FIRST_SLOPE)
        return step >= steps


def _clamped(log_odds: torch.Tensor) -> torch.Tensor:
    """Log-odds with g kept within [1e-6, 1 - 1e-6]."""
    bound = float(torch.logit(torch.tensor(1 - LEAST_ODDS, dtype=torch.float64)))
    return log_odds.clamp(-bound, bound)
