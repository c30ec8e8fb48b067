"""Likelihoods p(s | z) of a frame, by what the decoder puts out for it.

Shapes: log-power frames log s (B, bins), decoder outputs (B, outputs * bins).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

import torch

from sdmvae.nn.divergences import gaussian_log_density, itakura_saito

LEAST_VARIANCE = 1e-4


class Representation(NamedTuple):
    """What of a frame is modelled, and its power: `to_power` never gives less than zero."""

    of_log_power: Callable[[torch.Tensor], torch.Tensor]
    to_power: Callable[[torch.Tensor], torch.Tensor]


REPRESENTATIONS = {
    "power": Representation(torch.exp, lambda value: value.clamp_min(0)),
    "magnitude": Representation(
        lambda log_power: torch.exp(log_power / 2), lambda value: value.clamp_min(0) ** 2
    ),
    "log-power": Representation(lambda log_power: log_power, torch.exp),
}


class Likelihood(ABC):
    """What a decoder's output says of a frame.

    Attributes:
        outputs: numbers the decoder puts out for each bin.
    """

    outputs: int

    @abstractmethod
    def negative_log_likelihood(
        self, log_power: torch.Tensor, output: torch.Tensor
    ) -> torch.Tensor:
        """-log p(s | z) up to a constant, nats, shape (B,)."""

    @abstractmethod
    def expected_power(self, output: torch.Tensor) -> torch.Tensor:
        """The estimate of s to resynthesise from, not negative, shape (B, bins)."""


class ItakuraSaito(Likelihood):
    """x = N_c(0, y), the variance model of speech: the output is log y, and y the estimate."""

    outputs = 1

    def negative_log_likelihood(self, log_power, output):
        """Without n log(pi)."""
        return itakura_saito(log_power, output)

    def expected_power(self, output):
        """y."""
        return torch.exp(output)


class Gaussian(Likelihood):
    """Eq. 1 of the poster: N(mu(z), diag sigma^2(z)) of the representation of s, real numbers.

    The outputs are mu, then log(sigma^2 - 1e-4) : frames that recur exactly, as digital silence
    does, have no bounded likelihood without a least variance.
    """

    outputs = 2

    def __init__(self, representation: str) -> None:
        """One of `REPRESENTATIONS`."""
        self.representation = REPRESENTATIONS[representation]

    def negative_log_likelihood(self, log_power, output):
        """Constants included."""
        mean, raw = output.chunk(2, dim=-1)
        log_variance = torch.logaddexp(raw, torch.full_like(raw, LEAST_VARIANCE).log())
        return -gaussian_log_density(
            self.representation.of_log_power(log_power), mean, log_variance
        )

    def expected_power(self, output):
        """mu as a power; what of it is below zero, as a Gaussian may be, counts as zero."""
        mean, _ = output.chunk(2, dim=-1)
        return self.representation.to_power(mean)


def build(likelihood: str, representation: str) -> Likelihood:
    """The likelihood of that name, itakura-saito of power or gaussian of a representation."""
    if likelihood == "gaussian":
        return Gaussian(representation)
    if (likelihood, representation) == ("itakura-saito", "power"):
        return ItakuraSaito()
    raise ValueError(f"there is no likelihood {likelihood!r} of {representation!r}")
