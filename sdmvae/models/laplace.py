"""The sparse-coding VAE: a Laplace prior on the coefficients of a dictionary.

z = D a with p(a) = prod exp(-|a| / b) / (2 b) and q(a | s) = N(mu, diag sigma^2). The code is mu.
The prior is that of sparse coding (Olshausen and Field 1996); Barello, Charles and Pillow (2018)
have it in a VAE whose decoder is the dictionary alone. Here a dictionary is followed by the decoder
of all models. With the identity it is the VAE with another prior.

With x = mu / (sigma sqrt 2), the mean of |a| is mu erf(x) + sigma sqrt(2 / pi) exp(-x^2). So
KL(q || p) = sum mean of |a| / b + log(2 b) - 1/2 log(2 pi e sigma^2).
"""

import math
from collections.abc import Callable
from typing import Annotated, Any

import torch
from pydantic import Field

from sdmvae.models._dictionary import Atoms, DictionaryModel
from sdmvae.models.base import Posterior

# Where |x| is larger, erf(x) is +-1 and exp(-x^2) is 0, in float32 and in float64.
FAR = 30.0


class Laplace(DictionaryModel):
    """A Laplace prior of one scale on all coefficients.

    The KL of a coefficient is at least 0.05 nats, because a Gaussian is never quite a Laplace.
    """

    kl_is_elementwise = True

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        *,
        dictionary: str = "identity",
        atoms: Atoms = None,
        learned: bool = False,
        scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0,
    ) -> None:
        """Make the dictionary; `atoms` is k, which is m when it is left out. `scale` is b."""
        super().__init__(m, generator, dictionary, atoms, learned)
        self.scale = scale

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return KL(q || p) in closed form."""
        mean, log_variance = posterior
        magnitude = mean_magnitude(mean, log_variance)
        constant = math.log(2 * self.scale) - 0.5 * math.log(2 * math.pi * math.e)
        return (magnitude / self.scale - 0.5 * log_variance + constant).sum(-1)

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return the log-density of the Laplace prior."""
        return (-sample.abs() / self.scale - math.log(2 * self.scale)).sum(-1)

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor:
        """Draw from the Laplace prior: b times a difference of exponential variables."""
        (width, _) = self.posterior_widths
        pair = torch.empty(2, count, width, device=generator.device)
        pair.exponential_(generator=generator)
        return self.scale * (pair[0] - pair[1])


def mean_magnitude(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Return the mean of |a| for a from N(mu, sigma^2), for each element.

    Args:
        mean: mu, any shape.
        log_variance: log sigma^2, of the same shape.
    """
    # The square of x overflows in float32 where sigma is small.
    x = (mean * torch.exp(-0.5 * log_variance) / math.sqrt(2)).clamp(-FAR, FAR)
    spread = math.sqrt(2 / math.pi) * torch.exp(0.5 * log_variance - x**2)
    return mean * torch.erf(x) + spread
