"""SDM-VAE with the inverse-Gamma hyperprior of the poster's Bayesian setting.

gamma ~ IG(shape a, rate b) makes p(a) a Student's t. The alternation of `sdm` then minimises
KL(q || p(a; gamma)) - log IG(gamma) over gamma, a maximum a posteriori update in place of Eq. 9.
"""

from typing import Annotated, ClassVar

import torch
from pydantic import Field

from sdmvae.models.sdm import Atoms, DictionaryModel

FLAT = -1.0


class StudentSDM(DictionaryModel):
    """Learnable variances that the hyperprior keeps from zero."""

    prior_is_fitted_to_each_frame: ClassVar[bool] = True

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
        """`shape` a and `rate` b of the hyperprior; (-1, 0) is flat and gives back Eq. 9.

        Raises ValueError for b = 0 with a > -1: -log IG is then (a + 1) log gamma, which falls
        without end as gamma goes to 0, and mu and sigma with it.
        """
        if rate == 0 and shape > FLAT:
            raise ValueError(
                f"rate: {rate}: the objective has no lower bound where shape is over -1 (it is "
                f"{shape:g}), for variances would shrink to zero; take a rate above 0, such as 0.01"
            )
        super().__init__(m, generator, dictionary, atoms, learned)
        self.shape, self.rate = shape, rate

    @torch.no_grad()
    def log_prior_variance(self, heads):
        """gamma = (mu^2 + sigma^2 + 2b) / (3 + 2a), the mode of its posterior."""
        mean, log_variance = heads
        total = mean**2 + torch.exp(log_variance) + 2 * self.rate
        return torch.log(total / (3 + 2 * self.shape))

    def penalty(self, heads, draw, prior, generator):
        """-log IG(gamma; a, b) up to a constant: it moves no weight, since gamma is held.

        With it the loss is the objective that the alternation descends.
        """
        log_gamma = self.log_prior_variance(heads)
        negative_log_likelihood = (self.shape + 1) * log_gamma + self.rate * torch.exp(-log_gamma)
        return negative_log_likelihood.sum(-1).mean()
