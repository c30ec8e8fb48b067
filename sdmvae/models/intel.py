"""InteL-VAE with a dimension selector (Miao et al., ICLR 2022).

y ~ N(0, I) and q(y | s) = N(mu, diag sigma^2). A deterministic selector DS switches dimensions off:
z = y * DS(y). The code is mu * DS(mu).
"""

import math
from collections.abc import Callable
from typing import Annotated, Any

import torch
from pydantic import Field
from torch import nn
from torch.nn.functional import logsigmoid

from sdmvae.models.base import GaussianModel, Posterior, standard_normal
from sdmvae.nn.divergences import standard_normal_kl, standard_normal_log_density
from sdmvae.nn.linear import Linear

SELECTOR_HIDDEN = 10


class InteL(GaussianModel):
    """A standard normal prior on m variables, of which the selector passes some."""

    kl_is_elementwise = True

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        *,
        strength: Annotated[float, Field(ge=0, allow_inf_nan=False)],
    ) -> None:
        """Make the selector.

        Args:
            m: The latent dimension.
            generator: The source of the selector's initial weights.
            strength: lambda, the weight of the selector's sparsity; the paper uses 0 to 100.
        """
        super().__init__(m)
        self.strength = strength
        first = Linear(m, SELECTOR_HIDDEN, generator)
        second = Linear(SELECTOR_HIDDEN, SELECTOR_HIDDEN, generator)
        last = Linear(SELECTOR_HIDDEN, m, generator)
        self.selector = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), last)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the KL of y in closed form."""
        mean, log_variance = posterior
        return standard_normal_kl(mean, log_variance)

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return log N(y; 0, I)."""
        return standard_normal_log_density(sample)

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor:
        """Draw y from N(0, I)."""
        (width, _) = self.posterior_widths
        return standard_normal(count, width, generator)

    def code(self, sample: torch.Tensor, posterior: Posterior) -> torch.Tensor:
        """Return z = y * DS(y); the selector's outputs are the log-odds of DS."""
        return sample * torch.sigmoid(self.selector(sample))

    def penalty(
        self,
        posterior: Posterior,
        sample: torch.Tensor,
        prior: Any,
        generator: torch.Generator,
    ) -> torch.Tensor:
        """Return lambda (mean_i H(p_i) - H(mean_i p_i)) with p = DS / sum DS.

        The first term asks that a frame uses few dimensions, the second that the frames together
        use all.
        """
        if self.strength == 0:
            return sample.new_zeros(())
        # Shares underflow to 0, where the gradient of p log p is lost. So all is in logarithms.
        log_shares = torch.log_softmax(logsigmoid(self.selector(sample)), dim=-1)
        log_mean = torch.logsumexp(log_shares, dim=0) - math.log(len(sample))
        return self.strength * (_entropy(log_shares).mean() - _entropy(log_mean))


def _entropy(log_shares: torch.Tensor) -> torch.Tensor:
    return -(log_shares.exp() * log_shares).sum(-1)
