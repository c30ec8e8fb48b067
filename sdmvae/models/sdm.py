"""SDM-VAE, the sparse dictionary model (Sadeghi and Magron, Interspeech 2022).

z = D a (Eq. 4), p(a; gamma) = N(0, diag gamma) with a learnable variance an atom and a frame
(Eq. 5), q(a | s) = N(mu, diag sigma^2); the code is mu, the posterior mean of a.

The bound is maximised by turns over gamma (Eq. 7, solved by Eq. 9) and over the network Phi
(Eq. 8, one gradient step on Eq. 10 with gamma held): `prior_variance` and `kl` below.
"""

from typing import Annotated, Literal

import torch
from pydantic import Field

from sdmvae import dictionaries
from sdmvae.divergences import zero_mean_kl
from sdmvae.models.base import LatentModel, gaussian


class SDM(LatentModel):
    """Gaussian prior of learnable variances on the k coefficients of a dictionary."""

    def __init__(
        self,
        m: int,
        *,
        dictionary: Literal["identity", "dct"],
        atoms: Annotated[int, Field(ge=1)] | None = None,
    ) -> None:
        """`atoms` is k; left out, it is m."""
        super().__init__()
        k = m if atoms is None else atoms
        self.heads = (k, k)
        self.register_buffer("dictionary", getattr(dictionaries, dictionary)(m, k))

    def sample(self, heads, generator):
        """a = mu + sigma epsilon."""
        mean, log_variance = heads
        return gaussian(mean, log_variance, generator)

    @torch.no_grad()
    def prior_variance(self, heads):
        """Step 1, Eqs. 7 and 9: log gamma = log(mu^2 + sigma^2), shape (B, k), then held."""
        mean, log_variance = heads
        return log_variance + torch.log1p(mean**2 * torch.exp(-log_variance))

    def kl(self, heads, code):
        """Step 2, the KL term of Eq. 10: its gradient moves the network, gamma held."""
        log_gamma = self.prior_variance(heads)
        mean, log_variance = heads
        return zero_mean_kl(mean, log_variance, log_gamma)

    def code(self, heads):
        """The mean mu of a."""
        mean, _ = heads
        return mean

    def latent(self, code):
        """z = D a, Eq. 4."""
        return code @ self.dictionary.T

    def warm_up(self, step, planned):
        """Nothing is annealed."""
        return True
