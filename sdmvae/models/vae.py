"""The standard VAE (Kingma and Welling 2014) of speech spectra (Leglaive et al. 2018).

p(z) = N(0, I), q(z | s) = N(mu, diag sigma^2); the code is mu.
"""

from typing import ClassVar

from sdmvae.models.base import GaussianModel
from sdmvae.nn.divergences import standard_normal_kl, standard_normal_log_density


class VAE(GaussianModel):
    """Standard normal prior on m latent variables."""

    is_baseline: ClassVar[bool] = True

    def __init__(self, m: int) -> None:
        """Of latent dimension `m`."""
        super().__init__(m)

    def kl(self, heads, draw, prior):
        """In closed form."""
        return standard_normal_kl(*heads)

    def log_prior(self, heads, draw):
        """Of N(0, I)."""
        return standard_normal_log_density(draw)

    def latent(self, draw):
        """The draw is z itself."""
        return draw
