"""The one network, around any model of the latent variables.

Encoder 513 -> 128 tanh -> heads, decoder m -> 128 tanh -> 513 giving log y (Leglaive et al. 2018).
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from sdmvae.divergences import itakura_saito
from sdmvae.models.base import LatentModel

HIDDEN = 128

# Log-power of peak-normalised speech lies between about -14 and 12 nats. Left as it is, it
# saturates the tanh units from the first step on, and most of what could be learnt is not.
LOG_CENTRE, LOG_SCALE = -3.0, 6.0

ENCODER_INPUTS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "power": lambda power: power,
    "log-power": lambda power: (torch.log(power) - LOG_CENTRE) / LOG_SCALE,
}


class Bound(NamedTuple):
    """Terms of minus the ELBO of each frame, nats, shape (B,)."""

    reconstruction: torch.Tensor
    kl: torch.Tensor


class Autoencoder(nn.Module):
    """Encoder, latent model and decoder of power frames s of shape (B, bins)."""

    def __init__(
        self, bins: int, m: int, model: LatentModel, encoder_input: str, generator: torch.Generator
    ) -> None:
        """Draws the initial weights from `generator`."""
        super().__init__()
        self.model = model
        self.features = ENCODER_INPUTS[encoder_input]
        self.encoder = _linear(bins, HIDDEN, generator)
        self.heads = _linear(HIDDEN, sum(model.heads), generator)
        self.decoder = _linear(m, HIDDEN, generator)
        self.output = _linear(HIDDEN, bins, generator)

    def encode(self, power: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Parameters of q(. | s), one tensor (B, width) a head of the model."""
        hidden = torch.tanh(self.encoder(self.features(power)))
        return self.heads(hidden).split(self.model.heads, dim=-1)

    def decode(self, code: torch.Tensor) -> torch.Tensor:
        """log y, shape (B, bins), of codes (B, D)."""
        return self.output(torch.tanh(self.decoder(self.model.latent(code))))

    def bound(self, power: torch.Tensor, generator: torch.Generator) -> Bound:
        """One-sample estimate of both terms of minus the ELBO, Eq. 10 of the poster."""
        heads = self.encode(power)
        code = self.model.sample(heads, generator)
        return Bound(itakura_saito(power, self.decode(code)), self.model.kl(heads, code))


def _linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """A layer drawn as PyTorch draws it, U(-1/sqrt(inputs), 1/sqrt(inputs)), from `generator`."""
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs)
    limit = inputs**-0.5
    with torch.no_grad():
        layer.weight.uniform_(-limit, limit, generator=generator)
        layer.bias.uniform_(-limit, limit, generator=generator)
    return layer
