"""The standard VAE (Kingma and Welling 2014) of speech spectra (Leglaive et al. 2018).

p(z) = N(0, I), q(z | s) = N(mu, diag sigma^2); the code is mu.
"""

from sdmvae.divergences import standard_normal_kl
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

    def kl(self, heads, code):
        """In closed form."""
        mean, log_variance = heads
        return standard_normal_kl(mean, log_variance)

    def code(self, heads):
        """The mean mu."""
        mean, _ = heads
        return mean

    def latent(self, code):
        """The code is z itself."""
        return code

    def warm_up(self, step, planned):
        """Nothing is annealed."""
        return True
