"""SDM-VAE with one variance per atom for all frames: automatic relevance determination.

z = D a with p(a) = N(0, diag gamma) and q(a | s) = N(mu, diag sigma^2), as in `sdm`, but gamma is
the same for every frame. It is the control for `sdm`: the same model without variances per frame,
so its bound does bound the likelihood. The code is mu.

Step 1 of the alternation of `sdm` becomes gamma_d = the mean over frames of mu_d^2 + sigma_d^2,
where the mean over frames of the KL divergence is smallest. It is kept as a running mean over
training batches, and is saved with the weights. An atom that no frame needs gets a gamma as small
as its sigma^2, so its KL goes to 0. The idea is that of the ARD-VAE (Saha, Joshi and Whitaker
2025), which has a Gamma hyperprior on 1 / gamma and updates it on a part of the training set.
"""

from collections.abc import Callable
from typing import Any

import torch

from sdmvae.models._dictionary import Atoms, DictionaryModel
from sdmvae.models.base import Posterior, standard_normal
from sdmvae.nn.divergences import gaussian_log_density, zero_mean_kl

# The least weight of a new batch. So about the last 100 batches count, and all of the first ones.
RATE = 0.01


class SharedSDM(DictionaryModel):
    """A Gaussian prior of the coefficients, with variances fitted to all frames together."""

    gamma: torch.Tensor
    batches: torch.Tensor

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        *,
        dictionary: str,
        atoms: Atoms = None,
        learned: bool = False,
    ) -> None:
        """Make the dictionary; `atoms` is k, which is m when it is left out. All gamma are 1."""
        super().__init__(m, generator, dictionary, atoms, learned)
        (k, _) = self.posterior_widths
        self.register_buffer("gamma", torch.ones(k))
        self.register_buffer("batches", torch.zeros(()))

    @torch.no_grad()
    def observe(self, posterior: Posterior) -> None:
        """Step 1: move gamma towards the mean of mu^2 + sigma^2 over the batch."""
        mean, log_variance = posterior
        self.batches.add_(1)
        rate = (1 / self.batches).clamp_min(RATE)
        self.gamma.lerp_((mean**2 + torch.exp(log_variance)).mean(0), rate)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Step 2: return KL(q || N(0, diag gamma)); gamma is held.

        It is 1/2 sum log gamma - log sigma^2 + (mu^2 + sigma^2) / gamma - 1.
        """
        mean, log_variance = posterior
        return zero_mean_kl(mean, log_variance, self.gamma.log())

    def kl_by_dimension(
        self, posterior: Posterior, sample: torch.Tensor, prior: Any
    ) -> torch.Tensor:
        """Return the terms of `kl`."""
        mean, log_variance = posterior
        return zero_mean_kl(mean[..., None], log_variance[..., None], self.gamma.log()[:, None])

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log N(sample; 0, diag gamma)."""
        return gaussian_log_density(sample, torch.zeros_like(sample), self.gamma.log())

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor:
        """Draw from N(0, diag gamma)."""
        return self.gamma.sqrt() * standard_normal(count, len(self.gamma), generator)
