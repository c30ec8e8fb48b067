"""The standard VAE (Kingma and Welling 2014) of speech spectra (Leglaive et al. 2018).

p(z) = N(0, I), q(z | s) = N(mu, diag sigma^2); the code is mu.
"""

import torch

from sdmvae.divergences import gaussian_log_density, standard_normal_kl
from sdmvae.models.base import LatentModel, gaussian


class VAE(LatentModel):
    """Standard normal prior on m latent variables."""

    def __init__(self, m: int) -> None:
        """Heads mu and log sigma^2, of m each."""
        super().__init__()
        self.heads = (m, m)

    def sample(self, heads, generator):
        """z = mu + sigma epsilon."""
        mean, log_variance = heads
        return gaussian(mean, log_variance, generator)

    def kl(self, heads, draw, prior):
        """In closed form."""
        mean, log_variance = heads
        return standard_normal_kl(mean, log_variance)

    def log_ratio(self, heads, draw, prior):
        """Of two Gaussian densities."""
        zero = torch.zeros_like(draw)
        return gaussian_log_density(draw, *heads) - gaussian_log_density(draw, zero, zero)

    def mean(self, heads):
        """The mean mu."""
        mean, _ = heads
        return mean

    def latent(self, draw):
        """The draw is z itself."""
        return draw
