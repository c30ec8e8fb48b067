"""VAEase, a VAE whose decoder sees where the posterior is no wider than the prior (ICML 2025).

The prior is p(a) = N(0, I) and the posterior q(a | s) = N(mu, diag sigma^2), as in `vae`, and so is
the KL divergence. Only the decoder gets something else, z = (1 - sigma) a (Lu, Zhu, He and Wipf,
"Sparse Autoencoders, Again?"). A dimension that carries nothing for a frame costs no KL if its mu
is 0 and its sigma is 1, and then it is off: z is exactly 0, without the noise that it adds in a
VAE. So each frame can use dimensions of its own. The code is (1 - sigma) mu.

The decoder depends on sigma, which is a function of the frame and is not paid for. So the bound
bounds no likelihood.
"""

from typing import Any

import torch

from sdmvae.models.base import GaussianModel, Posterior
from sdmvae.nn.divergences import standard_normal_kl, standard_normal_log_density


class VAEase(GaussianModel):
    """A standard normal prior on m variables, each of which a frame can switch off."""

    code_depends_on_the_posterior = True
    kl_is_elementwise = True

    def __init__(self, m: int) -> None:
        """Take the latent dimension `m`."""
        super().__init__(m)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the KL of a in closed form."""
        mean, log_variance = posterior
        return standard_normal_kl(mean, log_variance)

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log N(a; 0, I)."""
        return standard_normal_log_density(sample)

    def code(self, sample: torch.Tensor, posterior: Posterior) -> torch.Tensor:
        """Return z = (1 - sigma) a."""
        _, log_variance = posterior
        return -torch.expm1(0.5 * log_variance) * sample
