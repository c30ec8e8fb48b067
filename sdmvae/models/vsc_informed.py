"""Variational sparse coding with the informed prior (Tonolini et al., UAI 2020).

The prior of a frame s is the posterior q(. | s_u) of one of 20 learned pseudo-inputs, which a small
classifier chooses for the frame. The choice is a uniform variable of the model that q fixes, so the
bound pays log 20 for it, a constant. The loss adds m KL(Bernoulli(g_u) || Bernoulli(alpha)), where
g_u is the mean of g over the dimensions of the chosen pseudo-input: without it the prior would ask
for no sparsity. The code is g mu, as in `vsc`.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import one_hot

from sdmvae.models.base import Posterior, sample_gaussian
from sdmvae.models.vsc import Alpha, SpikeAndSlabModel, spike_and_slab
from sdmvae.nn.divergences import (
    SpikeAndSlab,
    bernoulli_kl,
    spike_and_slab_kl,
    spike_and_slab_log_density,
)
from sdmvae.nn.linear import Linear, matmul

PSEUDO_INPUTS = 20


class InformedPrior(NamedTuple):
    """The posteriors of U pseudo-inputs, and which one each frame takes.

    Attributes:
        components: The U spike-and-slab distributions, tensors of shape (U, m).
        choice: One-hot, shape (B, U); its gradient is that of the classifier's softmax.
    """

    components: SpikeAndSlab
    choice: torch.Tensor

    def chosen(self) -> SpikeAndSlab:
        """Return the prior of each frame, tensors of shape (B, m)."""
        return SpikeAndSlab(*(matmul(self.choice, tensor) for tensor in self.components))


class InformedVSC(SpikeAndSlabModel):
    """A spike-and-slab posterior on m latent variables, and a prior made of it."""

    def __init__(self, m: int, bins: int, generator: torch.Generator, *, alpha: Alpha) -> None:
        """Make the pseudo-inputs and the classifier.

        Args:
            m: The latent dimension.
            bins: The width of the encoder's input.
            generator: The source of initial weights.
            alpha: The probability with which a dimension of a pseudo-input should not be zero.
        """
        super().__init__(m)
        self.log_odds = math.log(alpha) - math.log1p(-alpha)
        self.pseudo_inputs = nn.Parameter(torch.randn(PSEUDO_INPUTS, bins, generator=generator))
        self.classifier = Linear(bins, PSEUDO_INPUTS, generator)

    def prior(
        self, encoder_input: torch.Tensor, encode: Callable[[torch.Tensor], Posterior]
    ) -> InformedPrior:
        """Return the prior of each frame."""
        soft = torch.softmax(self.classifier(encoder_input), dim=-1)
        hard = one_hot(soft.argmax(-1), PSEUDO_INPUTS).to(soft.dtype)
        components = spike_and_slab(encode(self.pseudo_inputs))
        return InformedPrior(components, hard - soft.detach() + soft)

    def sample(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return gate (lambda mu + sigma^lambda epsilon), lambda rising to 1 while annealing.

        So the gates learn before what passes through them.
        """
        mean, log_variance, log_odds = spike_and_slab(posterior)
        if self.training:
            mean, log_variance = self.progress * mean, self.progress * log_variance
        gate = self.sample_gate(log_odds, generator)
        return gate * sample_gaussian(mean, log_variance, generator)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: InformedPrior) -> torch.Tensor:
        """Return sum_u choice_u KL(q(. | s) || q(. | s_u)) + log U."""
        q = SpikeAndSlab(*(tensor[:, None] for tensor in spike_and_slab(posterior)))
        divergences = spike_and_slab_kl(q, prior.components)
        return (prior.choice * divergences).sum(-1) + math.log(PSEUDO_INPUTS)

    def kl_by_dimension(
        self, posterior: Posterior, sample: torch.Tensor, prior: InformedPrior
    ) -> torch.Tensor:
        """Return the KL of each dimension from the chosen prior; `kl` adds log U to their sum."""
        q, p = (
            SpikeAndSlab(*(tensor[..., None] for tensor in each))
            for each in (spike_and_slab(posterior), prior.chosen())
        )
        return spike_and_slab_kl(q, p)

    def log_ratio(
        self, posterior: Posterior, sample: torch.Tensor, prior: InformedPrior
    ) -> torch.Tensor:
        """Return the log-ratio of two spike-and-slab densities at exact samples, plus log U."""
        log_prior = spike_and_slab_log_density(sample, prior.chosen()) - math.log(PSEUDO_INPUTS)
        return self.log_posterior(posterior, sample) - log_prior

    def sample_prior(
        self,
        count: int,
        generator: torch.Generator,
        encode: Callable[[torch.Tensor], Posterior],
    ) -> torch.Tensor:
        """Draw a pseudo-input for each sample, and the sample from its posterior."""
        device = generator.device
        chosen = torch.randint(PSEUDO_INPUTS, (count,), generator=generator, device=device)
        posterior = encode(self.pseudo_inputs)
        return self.sample(tuple(parameter[chosen] for parameter in posterior), generator)

    def penalty(
        self,
        posterior: Posterior,
        sample: torch.Tensor,
        prior: InformedPrior,
        generator: torch.Generator,
    ) -> torch.Tensor:
        """Return m KL(Bernoulli(g_u) || Bernoulli(alpha)), mean over frames."""
        on = torch.sigmoid(prior.chosen().log_odds).mean(-1, keepdim=True)
        alpha = torch.full_like(on, self.log_odds)
        return sample.shape[-1] * bernoulli_kl(torch.logit(on), alpha).mean()
