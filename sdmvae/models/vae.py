"""The standard VAE (Kingma and Welling 2014), used for speech spectra by Leglaive et al. (2018).

The prior is p(z) = N(0, I) and the posterior q(z | s) = N(mu, diag sigma^2). The code is mu.
"""

from collections.abc import Callable
from typing import Any

import torch

from sdmvae.models.base import GaussianModel, Posterior, standard_normal
from sdmvae.nn.divergences import standard_normal_kl, standard_normal_log_density


class VAE(GaussianModel):
    """A standard normal prior on m latent variables."""

    is_baseline = True
    kl_is_elementwise = True

    def __init__(self, m: int) -> None:
        """Take the latent dimension `m`."""
        super().__init__(m)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return KL(q || N(0, I)) in closed form."""
        mean, log_variance = posterior
        return standard_normal_kl(mean, log_variance)

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log N(sample; 0, I)."""
        return standard_normal_log_density(sample)

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor:
        """Draw from N(0, I)."""
        (width, _) = self.posterior_widths
        return standard_normal(count, width, generator)
