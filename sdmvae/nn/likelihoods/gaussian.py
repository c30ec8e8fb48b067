"""The real Gaussian of Eq. 1 of the poster, of the power, the magnitude or the log-power."""

from collections.abc import Callable
from typing import NamedTuple

import torch

from sdmvae.nn.divergences import gaussian_log_density
from sdmvae.nn.likelihoods.base import Likelihood

LEAST_VARIANCE = 1e-4


class Representation(NamedTuple):
    """A representation of a frame: how it is made of the log-power, and how the power of it."""

    from_log_power: Callable[[torch.Tensor], torch.Tensor]
    to_power: Callable[[torch.Tensor], torch.Tensor]


def _clipped(value: torch.Tensor) -> torch.Tensor:
    return value.clamp_min(0)


def _clipped_square(value: torch.Tensor) -> torch.Tensor:
    return value.clamp_min(0) ** 2


def _magnitude(log_power: torch.Tensor) -> torch.Tensor:
    return torch.exp(log_power / 2)


def _unchanged(log_power: torch.Tensor) -> torch.Tensor:
    return log_power


REPRESENTATIONS = {
    "power": Representation(torch.exp, _clipped),
    "magnitude": Representation(_magnitude, _clipped_square),
    "log-power": Representation(_unchanged, torch.exp),
}


class Gaussian(Likelihood):
    """p(r | z) = N(mu(z), diag sigma^2(z)) for the representation r of s.

    The decoder puts out mu and log(sigma^2 - 1e-4). The least variance is needed because frames
    that recur exactly, as digital silence does, would have an unbounded likelihood without it.
    """

    outputs = 2

    def __init__(self, *, representation: str) -> None:
        """Choose the representation.

        Raises:
            ValueError: `representation` is none of power, magnitude and log-power.
        """
        if representation not in REPRESENTATIONS:
            raise ValueError(
                f"representation: {representation!r}: there are {', '.join(REPRESENTATIONS)}"
            )
        self.representation = REPRESENTATIONS[representation]

    def negative_log_likelihood(
        self, log_power: torch.Tensor, output: torch.Tensor
    ) -> torch.Tensor:
        """Return -log N(r; mu, sigma^2), constants included."""
        mean, log_variance = self._parameters(output)
        value = self.representation.from_log_power(log_power)
        return -gaussian_log_density(value, mean, log_variance)

    def expected_power(self, output: torch.Tensor) -> torch.Tensor:
        """Return the power of mu; a mu below zero, which a Gaussian may have, counts as zero."""
        mean, _ = output.chunk(2, dim=-1)
        return self.representation.to_power(mean)

    def sample_power(self, output: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the power of mu + sigma epsilon; below zero it counts as zero, as mu does."""
        mean, log_variance = self._parameters(output)
        noise = torch.empty_like(mean).normal_(generator=generator)
        return self.representation.to_power(mean + torch.exp(0.5 * log_variance) * noise)

    def _parameters(self, output: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return mu and log sigma^2."""
        mean, raw = output.chunk(2, dim=-1)
        return mean, torch.logaddexp(raw, torch.full_like(raw, LEAST_VARIANCE).log())
