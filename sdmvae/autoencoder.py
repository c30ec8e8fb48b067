"""The one network, around any model of the latent variables and any likelihood.

Encoder 513 -> 128 tanh -> heads, decoder m -> 128 tanh -> 513 a number of the likelihood
(Leglaive et al. 2018).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from sdmvae.models.base import LatentModel
from sdmvae.nn.likelihoods import Likelihood
from sdmvae.nn.linear import linear, perceptron

HIDDEN = 128

# Log-power of peak-normalised speech lies between about -14 and 12 nats. Left as it is, it
# saturates the tanh units from the first step on, and most of what could be learnt is not.
LOG_CENTRE, LOG_SCALE = -3.0, 6.0
OFFSET = torch.tensor(-LOG_CENTRE / LOG_SCALE)

ENCODER_INPUTS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "power": torch.exp,
    "log-power": lambda log_power: torch.add(OFFSET, log_power, alpha=1 / LOG_SCALE),
}


class Bound(NamedTuple):
    """Terms of minus the ELBO of each frame, nats, shape (B,), and what training adds to them."""

    reconstruction: torch.Tensor
    kl: torch.Tensor
    penalty: torch.Tensor


class Autoencoder(nn.Module):
    """Encoder, latent model and decoder of frames, given as log s of shape (B, bins)."""

    def __init__(
        self,
        bins: int,
        m: int,
        model: LatentModel,
        likelihood: Likelihood,
        encoder_input: str,
        generator: torch.Generator,
    ) -> None:
        """Draws the initial weights from `generator`."""
        super().__init__()
        self.model = model
        self.likelihood = likelihood
        self.features = ENCODER_INPUTS[encoder_input]
        self.encoder = linear(bins, HIDDEN, generator)
        self.heads = linear(HIDDEN, sum(model.heads), generator)
        self.decoder = linear(m, HIDDEN, generator)
        self.output = linear(HIDDEN, bins * likelihood.outputs, generator)

    def encode(self, features: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Parameters of q(. | s), one tensor (B, width) a head, of the encoder's input of s."""
        return perceptron(features, self.encoder, self.heads).split(self.model.heads, dim=-1)

    def decode(self, draw: torch.Tensor) -> torch.Tensor:
        """What the likelihood takes, shape (B, outputs * bins), of draws (B, D)."""
        return perceptron(self.model.latent(draw), self.decoder, self.output)

    def bound(self, log_power: torch.Tensor, generator: torch.Generator) -> Bound:
        """One-sample estimate of both terms of minus the ELBO, Eq. 10 of the poster."""
        features = self.features(log_power)
        heads, prior = self.encode(features), self.model.prior(features, self.encode)
        draw = self.model.sample(heads, generator)
        return Bound(
            self.likelihood.negative_log_likelihood(log_power, self.decode(draw)),
            self.model.kl(heads, draw, prior),
            self.model.penalty(heads, draw, prior, generator),
        )

    def importance_weighted_bound(
        self, log_power: torch.Tensor, samples: int, generator: torch.Generator
    ) -> torch.Tensor:
        """Bound on log p(s) of K samples a frame, nats, shape (B,), in float64; in eval mode.

        log 1/K sum_k p(s | z_k) p(z_k) / q(z_k | s), z_k from q (Burda, Grosse and Salakhutdinov
        2016, Eq. 8): the sampled ELBO for K = 1, and closer to log p(s) with every sample.
        """
        features = self.features(log_power)
        heads, prior = self.encode(features), self.model.prior(features, self.encode)
        log_weights = []
        for _ in range(samples):
            draw = self.model.sample(heads, generator)
            negative_log_likelihood = self.likelihood.negative_log_likelihood(
                log_power, self.decode(draw)
            )
            log_weights.append(
                -(negative_log_likelihood + self.model.log_ratio(heads, draw, prior)).double()
            )
        return torch.logsumexp(torch.stack(log_weights), dim=0) - math.log(samples)
