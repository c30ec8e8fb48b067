"""Variational sparse coding with the fixed prior (Tonolini et al., UAI 2020).

The prior is a spike and slab, p(z) = prod alpha N(0, 1) + (1 - alpha) delta_0, so alpha is the
prior probability that a dimension is not zero. The posterior is
q(z | s) = prod g N(mu, sigma^2) + (1 - g) delta_0. The code is the posterior mean g mu.
"""

import math
from collections.abc import Callable
from typing import Annotated, Any

import torch
from pydantic import Field

from sdmvae.models.base import LatentModel, Posterior, sample_gaussian, standard_normal
from sdmvae.nn.divergences import SpikeAndSlab, spike_and_slab_kl, spike_and_slab_log_density

FIRST_SLOPE, LAST_SLOPE, ANNEALED_STEPS = 50.0, 200.0, 20_000
LARGEST_LOG_ODDS = math.log(1e6 - 1)  # of g = 1 - 1e-6

Alpha = Annotated[float, Field(gt=0, lt=1)]


class SpikeAndSlabModel(LatentModel):
    """A model with q(. | s) = prod g N(mu, sigma^2) + (1 - g) delta_0 of the m variables z."""

    progress: torch.Tensor
    slope: torch.Tensor

    def __init__(self, m: int) -> None:
        """Ask the encoder for mu, log sigma^2 and the log-odds of g, of m numbers each."""
        super().__init__()
        self.posterior_widths = (m, m, m)
        for name, value in (("slope", LAST_SLOPE), ("progress", 1.0)):
            self.register_buffer(name, torch.tensor(value), persistent=False)

    def mean_code(self, posterior: Posterior) -> torch.Tensor:
        """Return g mu, the posterior mean."""
        q = spike_and_slab(posterior)
        return torch.sigmoid(q.log_odds) * q.mean

    def hard_code(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return mu where g > 1/2, else 0."""
        mean, _, log_odds = posterior
        return torch.where(log_odds > 0, mean, 0.0)

    def log_posterior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return the log-density of the spike and slab."""
        return spike_and_slab_log_density(sample, spike_and_slab(posterior))

    def anneal(self, step: int, planned: int) -> bool:
        """Raise the slope c from 50 to 200 over 20,000 steps, or a quarter of the planned steps."""
        steps = min(ANNEALED_STEPS, planned // 4)
        progress = 1.0 if step >= steps else step / steps
        self.progress.fill_(progress)
        self.slope.fill_(FIRST_SLOPE + progress * (LAST_SLOPE - FIRST_SLOPE))
        return progress == 1

    def sample_gate(self, log_odds: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Sample a gate that is open with probability g.

        In training it is S(c (eta - 1 + g)) with eta uniform, because P(eta > 1 - g) = g. Out of
        training it is exact, 0 or 1, and not differentiable.

        Args:
            log_odds: Log-odds of g, shape (B, m).
            generator: The source of eta.
        """
        on = torch.sigmoid(log_odds)
        uniform = torch.empty_like(on).uniform_(generator=generator)
        if not self.training:
            return (uniform > 1 - on).to(on.dtype)
        return torch.sigmoid(self.slope * (uniform - 1 + on))


class VSC(SpikeAndSlabModel):
    """A fixed spike-and-slab prior on m latent variables."""

    kl_is_elementwise = True

    fixed_prior: torch.Tensor

    def __init__(self, m: int, *, alpha: Alpha) -> None:
        """Take `alpha`, the prior probability that a dimension is not zero."""
        super().__init__(m)
        log_odds = math.log(alpha) - math.log1p(-alpha)
        fixed = torch.tensor((0.0, 0.0, log_odds), dtype=torch.float64)
        self.register_buffer("fixed_prior", fixed, persistent=False)

    def sample(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return gate (mu + sigma epsilon)."""
        q = spike_and_slab(posterior)
        gate = self.sample_gate(q.log_odds, generator)
        return gate * sample_gaussian(q.mean, q.log_variance, generator)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return KL(q || p) in closed form."""
        return spike_and_slab_kl(spike_and_slab(posterior), SpikeAndSlab(*self.fixed_prior))

    def log_ratio(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the log-ratio of two spike-and-slab densities at exact samples."""
        log_prior = spike_and_slab_log_density(sample, SpikeAndSlab(*self.fixed_prior))
        return self.log_posterior(posterior, sample) - log_prior

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor:
        """Draw from the spike and slab."""
        (m, *_) = self.posterior_widths
        slab = standard_normal(count, m, generator)
        uniform = torch.empty_like(slab).uniform_(generator=generator)
        return torch.where(uniform < torch.sigmoid(self.fixed_prior[2]), slab, 0.0)


def spike_and_slab(posterior: Posterior) -> SpikeAndSlab:
    """Return q(. | s) from mu, log sigma^2 and log-odds, with g kept within [1e-6, 1 - 1e-6]."""
    mean, log_variance, log_odds = posterior
    return SpikeAndSlab(mean, log_variance, log_odds.clamp(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS))
