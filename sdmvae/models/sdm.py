"""SDM-VAE, the sparse dictionary model (Sadeghi and Magron, Interspeech 2022).

z = D a (Eq. 4) with p(a; gamma) = N(0, diag gamma), whose variance gamma is learnable for each atom
and frame (Eq. 5), and q(a | s) = N(mu, diag sigma^2). The code is mu, the posterior mean of a.

The bound is maximised alternately over gamma (Eq. 7, solved by Eq. 9) and over the weights Phi of
the network (Eq. 8, one gradient step on Eq. 10 while gamma is held). The two steps are
`log_prior_variance` and `kl` below.
"""

from abc import abstractmethod
from typing import Any

import torch

from sdmvae.models._dictionary import Atoms, DictionaryModel
from sdmvae.models.base import Posterior
from sdmvae.nn.divergences import gaussian_log_density, log1p_ratio, zero_mean_kl


class FittedVarianceModel(DictionaryModel):
    """A zero-mean Gaussian prior of the coefficients, with variances fitted to each frame."""

    prior_is_fitted_to_each_frame = True
    kl_is_elementwise = True

    @abstractmethod
    def log_prior_variance(self, posterior: Posterior) -> torch.Tensor:
        """Step 1: return log gamma of each frame, shape (B, k). No gradient passes through it."""

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Step 2: return the KL term of Eq. 10, whose gradient moves the network."""
        mean, log_variance = posterior
        return zero_mean_kl(mean, log_variance, self.log_prior_variance(posterior))

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log N(sample; 0, diag gamma) with the gamma of each frame."""
        zero = torch.zeros_like(sample)
        return gaussian_log_density(sample, zero, self.log_prior_variance(posterior))


class SDM(FittedVarianceModel):
    """The tuning-free prior of the paper."""

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        *,
        dictionary: str,
        atoms: Atoms = None,
        learned: bool = False,
    ) -> None:
        """Make the dictionary; `atoms` is k, which is m when it is left out."""
        super().__init__(m, generator, dictionary, atoms, learned)

    @torch.no_grad()
    def log_prior_variance(self, posterior: Posterior) -> torch.Tensor:
        """Return the logarithm of gamma = mu^2 + sigma^2 (Eqs. 7 and 9)."""
        mean, log_variance = posterior
        return log_variance + log1p_ratio(mean, log_variance)
