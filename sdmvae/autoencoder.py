"""The autoencoder: encoder, model of the latent variables, decoder and likelihood.

Every model and every likelihood is used with the same network. By default encoder and decoder are
perceptrons with one hidden layer of 128 tanh units (Leglaive et al. 2018). From Python, any other
network can be passed to `build`.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import nn

from sdmvae import models
from sdmvae.models.base import LatentModel, Posterior
from sdmvae.nn import likelihoods
from sdmvae.nn.likelihoods.base import Likelihood
from sdmvae.nn.perceptron import Perceptron
from sdmvae.params import CellConfiguration

# The log-power of peak-normalised speech lies between about -14 and 12 nats. Without this scale it
# saturates the tanh units from the first step on, and training loses most of what it could learn.
LOG_CENTRE, LOG_SCALE = -3.0, 6.0
OFFSET = torch.tensor(-LOG_CENTRE / LOG_SCALE)


def _scale_log_power(log_power: torch.Tensor) -> torch.Tensor:
    return torch.add(OFFSET, log_power, alpha=1 / LOG_SCALE)


ENCODER_INPUTS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "power": torch.exp,
    "log-power": _scale_log_power,
}


class Encoder(nn.Module, ABC):
    """A network that gives the parameters of q(. | s).

    Attributes:
        takes_utterances: Whether the posterior of a frame depends on its neighbours. If so, every
            batch of training and validation is one whole utterance, its frames in order.
    """

    takes_utterances: bool = False

    @abstractmethod
    def forward(self, encoder_input: torch.Tensor) -> Posterior:
        """Return the posterior's parameters of each frame.

        Args:
            encoder_input: Shape (B, bins).

        Returns:
            One tensor (B, width) for each of the model's `posterior_widths`.
        """


class Decoder(nn.Module, ABC):
    """A network that gives the parameters of p(s | z)."""

    @abstractmethod
    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Return what the likelihood takes.

        Args:
            z: Latent variables, shape (B, m).

        Returns:
            Shape (B, outputs * bins), with the likelihood's `outputs`.
        """


class PerceptronEncoder(Encoder):
    """A perceptron that looks at each frame alone."""

    def __init__(
        self,
        bins: int,
        hidden: Sequence[int],
        posterior_widths: Sequence[int],
        generator: torch.Generator,
    ) -> None:
        """Sample the initial weights.

        Args:
            bins: The width of the input.
            hidden: The widths of the hidden layers.
            posterior_widths: The widths of the posterior's parameters.
            generator: The source of randomness.
        """
        super().__init__()
        self.posterior_widths = list(posterior_widths)
        self.perceptron = Perceptron(bins, hidden, sum(posterior_widths), generator)

    def forward(self, encoder_input: torch.Tensor) -> Posterior:
        """Return the posterior's parameters, shape (B, width) each."""
        return torch.split(self.perceptron(encoder_input), self.posterior_widths, dim=-1)


class PerceptronDecoder(Decoder):
    """A perceptron with the encoder's hidden layers in the reverse order."""

    def __init__(
        self, m: int, hidden: Sequence[int], outputs: int, generator: torch.Generator
    ) -> None:
        """Sample the initial weights.

        Args:
            m: The latent dimension.
            hidden: The widths of the hidden layers, from the frame's side.
            outputs: The width of the output.
            generator: The source of randomness.
        """
        super().__init__()
        self.perceptron = Perceptron(m, hidden[::-1], outputs, generator)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Return what the likelihood takes, shape (B, outputs)."""
        output: torch.Tensor = self.perceptron(z)
        return output


class Bound(NamedTuple):
    """The terms of the negative ELBO, and what training adds to them.

    Attributes:
        reconstruction: -log p(s | z) at one sample, nats per frame, shape (B,).
        kl: KL(q || p), nats per frame, shape (B,).
        penalty: The model's penalty, one number for the batch, nats per frame.
    """

    reconstruction: torch.Tensor
    kl: torch.Tensor
    penalty: torch.Tensor

    def loss(self, beta: float = 1.0) -> torch.Tensor:
        """Return what training minimises, mean over the batch, in nats per frame.

        Args:
            beta: The factor of the KL divergence (Higgins et al. 2017).
        """
        return (self.reconstruction + beta * self.kl).mean() + self.penalty


class Autoencoder(nn.Module):
    """Encoder, latent model, decoder and likelihood. Frames are given as log s, shape (B, bins)."""

    def __init__(
        self,
        encoder: Encoder,
        model: LatentModel,
        decoder: Decoder,
        likelihood: Likelihood,
        encoder_input: str,
    ) -> None:
        """Put the parts together.

        Args:
            encoder: The network of q(. | s).
            model: The model of the latent variables.
            decoder: The network of p(s | z).
            likelihood: The likelihood of a frame.
            encoder_input: What the encoder is given of a frame, a key of `ENCODER_INPUTS`.
        """
        super().__init__()
        self.encoder = encoder
        self.model = model
        self.decoder = decoder
        self.likelihood = likelihood
        self._to_encoder_input = ENCODER_INPUTS[encoder_input]

    @property
    def device(self) -> torch.device:
        """The device of the weights."""
        return next(self.parameters()).device

    def encoder_input(self, log_power: torch.Tensor) -> torch.Tensor:
        """Return what the encoder is given, shape (B, bins)."""
        return self._to_encoder_input(log_power)

    def encode(self, encoder_input: torch.Tensor) -> Posterior:
        """Return the parameters of q(. | s), one tensor (B, width) each."""
        posterior: Posterior = self.encoder(encoder_input)
        return posterior

    def decode(self, code: torch.Tensor) -> torch.Tensor:
        """Return what the likelihood takes, shape (B, outputs * bins), for codes (B, K)."""
        output: torch.Tensor = self.decoder(self.model.latent(code))
        return output

    def bound(
        self,
        log_power: torch.Tensor,
        generator: torch.Generator,
        posterior: Posterior | None = None,
    ) -> Bound:
        """Estimate the terms of the negative ELBO from one sample (Eq. 10 of the poster).

        In training mode the model observes the posterior first.

        Args:
            log_power: log s, shape (B, bins).
            generator: The source of the sample.
            posterior: What `encode` gives for these frames, if it is known already.
        """
        model, encoder_input = self.model, self.encoder_input(log_power)
        if posterior is None:
            posterior = self.encode(encoder_input)
        prior = model.prior(encoder_input, self.encode)
        if self.training:
            model.observe(posterior)
        sample = model.sample(posterior, generator)
        output = self.decode(model.code(sample, posterior))
        return Bound(
            self.likelihood.negative_log_likelihood(log_power, output),
            model.kl(posterior, sample, prior),
            model.penalty(posterior, sample, prior, generator),
        )

    def importance_weights(
        self,
        log_power: torch.Tensor,
        samples: int,
        generator: torch.Generator,
        log_priors: Sequence[Callable[[torch.Tensor], torch.Tensor]] = (),
    ) -> torch.Tensor:
        """Return log p(s | z_k) p(z_k) / q(z_k | s) with z_k from q; call it in eval mode.

        `importance_weighted_bound` makes a bound of them.

        Args:
            log_power: log s, shape (B, bins).
            samples: K.
            generator: The source of the samples.
            log_priors: The log-densities of other priors, for a model with a `log_posterior`.

        Returns:
            The logarithms under the model's own prior, and under each of the others: nats per
            frame, shape (1 + len(log_priors), K, B), float64.
        """
        model, encoder_input = self.model, self.encoder_input(log_power)
        posterior = self.encode(encoder_input)
        own = model.prior(encoder_input, self.encode)
        rows = []
        for _ in range(samples):
            sample = model.sample(posterior, generator)
            output = self.decode(model.code(sample, posterior))
            loss = self.likelihood.negative_log_likelihood(log_power, output)
            ratios = [model.log_ratio(posterior, sample, own)]
            if log_priors:
                log_posterior = model.log_posterior(posterior, sample)
                assert log_posterior is not None
                ratios += [log_posterior - log_prior(sample) for log_prior in log_priors]
            rows.append(-(loss + torch.stack(ratios)).double())
        return torch.stack(rows, dim=1)


def importance_weighted_bound(log_weights: torch.Tensor) -> torch.Tensor:
    """Return the importance-weighted bound (IWAE) on log p(s), log 1/K sum_k w_k.

    For K = 1 it is the sampled ELBO, and every further sample brings it closer to log p(s) (Burda,
    Grosse and Salakhutdinov 2016, Eq. 8).

    Args:
        log_weights: log w_k = log p(s | z_k) p(z_k) / q(z_k | s), shape (..., K, B).

    Returns:
        Nats per frame, shape (..., B).
    """
    return torch.logsumexp(log_weights, dim=-2) - math.log(log_weights.shape[-2])


def build(
    configuration: CellConfiguration,
    generator: torch.Generator,
    *,
    encoder: Encoder | None = None,
    decoder: Decoder | None = None,
) -> Autoencoder:
    """Construct an untrained autoencoder.

    Args:
        configuration: The model, the likelihood and the sizes.
        generator: The source of all initial weights: of the model, the encoder, the decoder.
        encoder: A network of your own in place of the perceptron.
        decoder: A network of your own in place of the perceptron.

    Raises:
        plugins.PluginError: There is no such model or likelihood, or it refuses an argument.
    """
    m, bins, hidden = configuration.m, configuration.bins, configuration.hidden
    model = models.build(
        configuration.model, configuration.arguments, m=m, bins=bins, generator=generator
    )
    likelihood = likelihoods.build(configuration.likelihood, configuration.representation)
    if encoder is None:
        encoder = PerceptronEncoder(bins, hidden, model.posterior_widths, generator)
    if decoder is None:
        decoder = PerceptronDecoder(m, hidden, bins * likelihood.outputs, generator)
    return Autoencoder(encoder, model, decoder, likelihood, configuration.encoder_input)
