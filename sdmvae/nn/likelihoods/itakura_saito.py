"""The variance model of speech: in each bin x | z is complex circular Gaussian."""

import torch

from sdmvae.nn.divergences import itakura_saito
from sdmvae.nn.likelihoods.base import Likelihood


class ItakuraSaito(Likelihood):
    """-log p(s | z) = sum_f s_f / y_f + log y_f + n log pi, and the decoder puts out log y.

    Up to a constant it is the Itakura-Saito divergence of s from y (Fevotte, Bertin and Durrieu
    2009; Leglaive et al. 2018, Eq. 3). The estimate of the power is y.
    """

    outputs = 1

    def __init__(self, *, representation: str = "power") -> None:
        """Accept the only representation that there is, the power.

        Raises:
            ValueError: `representation` is another one.
        """
        if representation != "power":
            raise ValueError(
                f"representation: {representation!r}: likelihood itakura-saito is of power; "
                "take representation power, or likelihood gaussian"
            )

    def negative_log_likelihood(
        self, log_power: torch.Tensor, output: torch.Tensor
    ) -> torch.Tensor:
        """Return sum_f s_f / y_f + log y_f, without the constant n log pi."""
        return itakura_saito(log_power, output)

    def expected_power(self, output: torch.Tensor) -> torch.Tensor:
        """Return the variance y."""
        return torch.exp(output)

    def sample_power(self, output: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return y times an exponential variable: |x|^2 of a complex Gaussian x of variance y."""
        uniform = torch.empty_like(output).uniform_(generator=generator)
        return torch.exp(output) * -torch.log1p(-uniform)
