"""VAEase, a VAE in which each frame can switch dimensions off (Lu et al., ICML 2025).

The prior is p(a) = N(0, I) and the posterior q(a | s) = N(mu, diag sigma^2), as in `vae`, and so is
the KL divergence. Only the decoder gets something else, z = (1 - sigma) a (Lu, Zhu, He and Wipf,
"Sparse Autoencoders, Again?"). A dimension that carries nothing for a frame costs no KL if its mu
is 0 and its sigma is 1, and then it is off: z is exactly 0, without the noise that it adds in a
VAE. So each frame can use dimensions of its own. The code is (1 - sigma) mu.

As in the authors' code, sigma is at most 1: a larger one counts as 1. Without this limit sigma only
comes close to 1, and mostly the same dimensions are off in all frames.

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

    def sample(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return a = mu + sigma epsilon with epsilon from N(0, I)."""
        return super().sample(_limited(posterior), generator)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the KL of a in closed form."""
        return standard_normal_kl(*_limited(posterior))

    def log_ratio(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return log q(a | s) - log p(a)."""
        return super().log_ratio(_limited(posterior), sample, prior)

    def signal_to_noise(self, posterior: Posterior) -> torch.Tensor:
        """Return mu / sigma, which is the same for a and for z."""
        return super().signal_to_noise(_limited(posterior))

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log N(a; 0, I)."""
        return standard_normal_log_density(sample)

    def code(self, sample: torch.Tensor, posterior: Posterior) -> torch.Tensor:
        """Return z = (1 - sigma) a."""
        _, log_variance = _limited(posterior)
        return -torch.expm1(0.5 * log_variance) * sample


def _limited(posterior: Posterior) -> Posterior:
    """Return mu, and log sigma^2 of at most 0."""
    mean, log_variance = posterior
    return mean, log_variance.clamp_max(0.0)
