"""Variational sparse coding with the fixed prior (Tonolini et al., UAI 2020).

Spike and slab: p(z) = prod alpha N(0, 1) + (1 - alpha) delta_0, and
q(z | s) = prod g N(mu, sigma^2) + (1 - g) delta_0, so alpha is the prior probability that a
dimension is not zero; the code is g mu.
"""

import math
from typing import Annotated

import torch
from pydantic import Field

from sdmvae.models.base import LatentModel, gaussian
from sdmvae.nn.divergences import SpikeAndSlab, spike_and_slab_kl, spike_and_slab_log_density

FIRST_SLOPE, LAST_SLOPE, ANNEALED_STEPS = 50.0, 200.0, 20_000
LARGEST_LOG_ODDS = math.log(1e6 - 1)  # of g = 1 - 1e-6

Alpha = Annotated[float, Field(gt=0, lt=1)]


class SpikeAndSlabModel(LatentModel):
    """A model with q(. | s) = prod g N(mu, sigma^2) + (1 - g) delta_0 of m variables, z itself."""

    def __init__(self, m: int) -> None:
        """Heads mu, log sigma^2 and v, the log-odds of g, of m each."""
        super().__init__()
        self.heads = (m, m, m)
        for name, value in (("slope", LAST_SLOPE), ("progress", 1.0)):
            self.register_buffer(name, torch.tensor(value), persistent=False)

    def mean(self, heads):
        """The mean g mu."""
        q = posterior(heads)
        return torch.sigmoid(q.log_odds) * q.mean

    def hard_code(self, heads):
        """1[g > 1/2] mu."""
        mean, _, log_odds = heads
        return torch.where(log_odds > 0, mean, 0.0)

    def latent(self, draw):
        """The draw is z itself."""
        return draw

    def anneal(self, step, planned):
        """Slope c from 50 to 200 over 20,000 steps, or a quarter of the plan if that is less."""
        steps = min(ANNEALED_STEPS, planned // 4)
        progress = 1.0 if step >= steps else step / steps
        self.progress.fill_(progress)
        self.slope.fill_(FIRST_SLOPE + progress * (LAST_SLOPE - FIRST_SLOPE))
        return progress == 1

    def gate(self, log_odds: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """A gate open with probability g: S(c (eta - 1 + g)), eta uniform, as P(eta > 1 - g) = g.

        Out of training it is exact, 0 or 1, and not differentiable in `log_odds`.
        """
        on = torch.sigmoid(log_odds)
        uniform = torch.empty_like(on).uniform_(generator=generator)
        if not self.training:
            return (uniform > 1 - on).to(on.dtype)
        return torch.sigmoid(self.slope * (uniform - 1 + on))


class VSC(SpikeAndSlabModel):
    """Spike-and-slab prior on m latent variables."""

    def __init__(self, m: int, *, alpha: Alpha) -> None:
        """`alpha` is the prior probability that a dimension is not zero."""
        super().__init__(m)
        log_odds = math.log(alpha) - math.log1p(-alpha)
        fixed = torch.tensor(SpikeAndSlab(0.0, 0.0, log_odds), dtype=torch.float64)
        self.register_buffer("fixed_prior", fixed, persistent=False)

    def sample(self, heads, generator):
        """z = gate (mu + sigma epsilon)."""
        mean, log_variance, log_odds = posterior(heads)
        return self.gate(log_odds, generator) * gaussian(mean, log_variance, generator)

    def kl(self, heads, draw, prior):
        """In closed form."""
        return spike_and_slab_kl(posterior(heads), SpikeAndSlab(*self.fixed_prior))

    def log_ratio(self, heads, draw, prior):
        """Of two spike-and-slab densities, at draws that are exact."""
        return spike_and_slab_log_density(draw, posterior(heads)) - spike_and_slab_log_density(
            draw, SpikeAndSlab(*self.fixed_prior)
        )


def posterior(heads) -> SpikeAndSlab:
    """q(. | s) of heads mu, log sigma^2, v, with g kept within [1e-6, 1 - 1e-6]."""
    mean, log_variance, log_odds = heads
    return SpikeAndSlab(mean, log_variance, log_odds.clamp(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS))
