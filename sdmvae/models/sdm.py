"""SDM-VAE, the sparse dictionary model (Sadeghi and Magron, Interspeech 2022).

z = D a (Eq. 4), p(a; gamma) = N(0, diag gamma) with a learnable variance an atom and a frame
(Eq. 5), q(a | s) = N(mu, diag sigma^2); the code is mu, the posterior mean of a.

The bound is maximised by turns over gamma (Eq. 7, solved by Eq. 9) and over the network Phi
(Eq. 8, one gradient step on Eq. 10 with gamma held): `log_prior_variance` and `kl` below.
"""

from abc import abstractmethod
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import nn

from sdmvae.models.base import GaussianModel
from sdmvae.nn import dictionaries
from sdmvae.nn.divergences import gaussian_log_density, zero_mean_kl
from sdmvae.nn.linear import matmul

Atoms = Annotated[int, Field(ge=1)] | None


class DictionaryModel(GaussianModel):
    """z = D a with a zero-mean Gaussian prior on the k coefficients a, its variances learnable."""

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        dictionary: str,
        atoms: int | None,
        learned: bool,
    ) -> None:
        """`atoms` is k; None makes it m. Raises ValueError for a dictionary there is not.

        A `learned` dictionary starts from the one named and is trained with the network.
        """
        k = m if atoms is None else atoms
        super().__init__(k)
        start = dictionaries.build(dictionary, m, k, generator)
        if learned:
            self.dictionary = nn.Parameter(start)
        else:
            self.register_buffer("dictionary", start)

    @abstractmethod
    def log_prior_variance(self, heads):
        """Step 1: log gamma of each frame, shape (B, k), then held: no gradient passes."""

    def kl(self, heads, draw, prior):
        """Step 2, the KL term of Eq. 10: its gradient moves the network, gamma held."""
        log_gamma = self.log_prior_variance(heads)
        mean, log_variance = heads
        return zero_mean_kl(mean, log_variance, log_gamma)

    def log_prior(self, heads, draw):
        """Of N(0, diag gamma), gamma being that of the frame."""
        zero = torch.zeros_like(draw)
        return gaussian_log_density(draw, zero, self.log_prior_variance(heads))

    def latent(self, draw):
        """z = D a, Eq. 4."""
        return matmul(draw, self.dictionary.T)

    @torch.no_grad()
    def constrain(self):
        """Atoms that were trained have unit norm again; their coefficients hold the scale."""
        if self.dictionary.requires_grad:
            self.dictionary.copy_(dictionaries.normalised(self.dictionary))


class SDM(DictionaryModel):
    """The tuning-free prior of the paper."""

    prior_is_fitted_to_each_frame: ClassVar[bool] = True

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        *,
        dictionary: str,
        atoms: Atoms = None,
        learned: bool = False,
    ) -> None:
        """`atoms` is k; left out, it is m."""
        super().__init__(m, generator, dictionary, atoms, learned)

    @torch.no_grad()
    def log_prior_variance(self, heads):
        """Eqs. 7 and 9: gamma = mu^2 + sigma^2."""
        mean, log_variance = heads
        return log_variance + torch.log1p(mean**2 * torch.exp(-log_variance))
