"""Variational sparse coding with the informed prior (Tonolini et al., UAI 2020).

The prior of a frame s is the posterior q(. | s_u) of one of 20 learned pseudo-inputs, which a
small classifier chooses for it. The choice is a uniform variable of the model that q fixes, so the
bound pays log 20 for it, a constant. The loss adds m KL(Bernoulli(g_u) || Bernoulli(alpha)), g_u
the chosen pseudo-input's mean of g over dimensions: without it the prior would ask for no
sparsity. The code is g mu, as in `vsc`.
"""

import math
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import one_hot

from sdmvae.models.base import gaussian
from sdmvae.models.vsc import Alpha, SpikeAndSlabModel, posterior
from sdmvae.nn.divergences import (
    SpikeAndSlab,
    bernoulli_kl,
    spike_and_slab_kl,
    spike_and_slab_log_density,
)
from sdmvae.nn.linear import linear, matmul

PSEUDO_INPUTS = 20


class Informed(NamedTuple):
    """The spikes and slabs of U pseudo-inputs, each (U, m), and the choice of each frame (B, U).

    `choice` is one-hot in value; its gradient is that of the classifier's softmax.
    """

    components: SpikeAndSlab
    choice: torch.Tensor

    def chosen(self) -> SpikeAndSlab:
        """Of each frame, shape (B, m)."""
        return SpikeAndSlab(*(matmul(self.choice, each) for each in self.components))


class InformedVSC(SpikeAndSlabModel):
    """Spike-and-slab posterior on m latent variables, and a prior made of it."""

    def __init__(self, m: int, bins: int, generator: torch.Generator, *, alpha: Alpha) -> None:
        """`alpha` is the probability that a pseudo-input's dimensions are asked to be not zero."""
        super().__init__(m)
        self.log_odds = math.log(alpha) - math.log1p(-alpha)
        self.pseudo_inputs = nn.Parameter(torch.randn(PSEUDO_INPUTS, bins, generator=generator))
        self.classifier = linear(bins, PSEUDO_INPUTS, generator)

    def prior(self, features, encode):
        """An `Informed` prior of the frames whose encoder input is `features`."""
        soft = torch.softmax(self.classifier(features), dim=-1)
        hard = one_hot(soft.argmax(-1), PSEUDO_INPUTS).to(soft.dtype)
        return Informed(posterior(encode(self.pseudo_inputs)), hard - soft.detach() + soft)

    def sample(self, heads, generator):
        """z = gate (lambda mu + sigma^lambda epsilon), lambda the share of the warm-up done.

        Gates so learn before what passes them.
        """
        mean, log_variance, log_odds = posterior(heads)
        if self.training:
            mean, log_variance = self.progress * mean, self.progress * log_variance
        return self.gate(log_odds, generator) * gaussian(mean, log_variance, generator)

    def kl(self, heads, draw, prior):
        """sum_u choice_u KL(q(. | s) || q(. | s_u)) + log U."""
        q = SpikeAndSlab(*(each[:, None] for each in posterior(heads)))
        return (prior.choice * spike_and_slab_kl(q, prior.components)).sum(-1) + math.log(
            PSEUDO_INPUTS
        )

    def log_ratio(self, heads, draw, prior):
        """Of two spike-and-slab densities, at draws that are exact, and log U."""
        log_prior = spike_and_slab_log_density(draw, prior.chosen()) - math.log(PSEUDO_INPUTS)
        return spike_and_slab_log_density(draw, posterior(heads)) - log_prior

    def penalty(self, heads, draw, prior, generator):
        """m KL(Bernoulli(g_u) || Bernoulli(alpha)), mean over frames."""
        on = torch.sigmoid(prior.chosen().log_odds).mean(-1, keepdim=True)
        alpha = torch.full_like(on, self.log_odds)
        return draw.shape[-1] * bernoulli_kl(torch.logit(on), alpha).mean()
