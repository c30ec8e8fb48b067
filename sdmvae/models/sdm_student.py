"""SDM-VAE with the inverse-Gamma hyperprior of the poster's Bayesian setting.

gamma ~ IG(shape a, rate b) makes p(a) a Student's t. The alternation of `sdm` then minimises
KL(q || p(a; gamma)) - log IG(gamma) over gamma: a maximum a posteriori update replaces Eq. 9.

What is minimised over gamma for one coefficient x is, up to a constant, (a + 3/2) log(x^2 + 2b).
So the prior is proportional to (x^2 + 2b)^-(a + 3/2): a Student's t with 2(a + 1) degrees of
freedom and the scale sqrt(b / (a + 1)). For a = -1 it is improper, 1 / sqrt(x^2 + 2b), and for
b = 0 it is the 1/|x| of `sdm`.

So `kl` and `penalty` are of the objective, with a gamma for each frame, and `log_prior` is of the
Student's t, which no frame changes. Under it the importance-weighted bound bounds the likelihood.
"""

import math
from collections.abc import Callable
from typing import Annotated, Any

import torch
from pydantic import Field
from scipy.special import stdtrit

from sdmvae.models._dictionary import Atoms
from sdmvae.models.base import Posterior
from sdmvae.models.sdm import FittedVarianceModel
from sdmvae.nn.divergences import log1p_ratio

FLAT = -1.0
EDGE = 1e-12  # at 0 and 1 the inverse distribution function is infinite


class StudentSDM(FittedVarianceModel):
    """Learnable variances that the hyperprior keeps away from zero."""

    def __init__(
        self,
        m: int,
        generator: torch.Generator,
        *,
        dictionary: str,
        atoms: Atoms = None,
        learned: bool = False,
        shape: Annotated[float, Field(ge=FLAT, allow_inf_nan=False)] = 0.0,
        rate: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-2,
    ) -> None:
        """Take the hyperprior's shape a and rate b; (-1, 0) is flat and gives back Eq. 9.

        Raises:
            ValueError: b = 0 with a > -1. Then -log IG is (a + 1) log gamma, which falls without
                end as gamma goes to 0, and mu and sigma go to 0 with it.
        """
        if rate == 0 and shape > FLAT:
            raise ValueError(
                f"rate: {rate}: the objective has no lower bound where shape is over -1 (it is "
                f"{shape:g}), because variances would shrink to zero; take shape -1 or a rate "
                "above 0, such as 0.01"
            )
        super().__init__(m, generator, dictionary, atoms, learned)
        self.shape, self.rate = shape, rate

    @property
    def has_likelihood(self) -> bool:
        """Whether the Student's t is a proper distribution."""
        return self.shape > FLAT

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        """Return the log-density of the Student's t; with the gamma of each frame if improper."""
        if not self.has_likelihood:
            return super().log_prior(posterior, sample)
        half = self.shape + 1  # of the degrees of freedom
        constant = math.lgamma(half + 0.5) - math.lgamma(half)
        constant -= 0.5 * math.log(2 * math.pi * self.rate)
        tail = torch.log1p(sample**2 / (2 * self.rate))
        return (constant - (half + 0.5) * tail).sum(-1)

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor | None:
        """Draw from the Student's t by its inverse distribution function; None if improper."""
        if not self.has_likelihood:
            return None
        half, (width, _) = self.shape + 1, self.posterior_widths
        uniform = torch.empty(count, width, dtype=torch.float64, device=generator.device)
        uniform.uniform_(EDGE, 1 - EDGE, generator=generator)
        quantile = math.sqrt(self.rate / half) * stdtrit(2 * half, uniform.cpu().numpy())
        return torch.from_numpy(quantile).float().to(generator.device)

    @torch.no_grad()
    def log_prior_variance(self, posterior: Posterior) -> torch.Tensor:
        """Return the logarithm of gamma = (mu^2 + sigma^2 + 2b) / (3 + 2a), its posterior mode."""
        mean, log_variance = posterior
        log_total = log_variance + log1p_ratio(mean, log_variance)
        if self.rate > 0:
            log_total = torch.logaddexp(log_total, log_total.new_full((), math.log(2 * self.rate)))
        return log_total - math.log(3 + 2 * self.shape)

    def penalty(
        self,
        posterior: Posterior,
        sample: torch.Tensor,
        prior: Any,
        generator: torch.Generator,
    ) -> torch.Tensor:
        """Return -log IG(gamma; a, b) up to a constant, mean over frames.

        It moves no weight, because gamma is held. With it the loss is the objective that the
        alternation descends.
        """
        if self.rate == 0:
            return sample.new_zeros(())  # the hyperprior is flat
        log_gamma = self.log_prior_variance(posterior)
        negative_log_density = (self.shape + 1) * log_gamma + self.rate * torch.exp(-log_gamma)
        return negative_log_density.sum(-1).mean()
