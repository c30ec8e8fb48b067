"""Priors of latent variables that do not depend on the frame: mixtures, and their log-densities.

They are given to a model after training, so that the likelihoods of all models compare. How they
are fitted is not known here. Shapes: a value has D dimensions, a mixture has C components.
"""

from abc import ABC, abstractmethod

import numpy as np
import torch
from torch import nn

from sdmvae.nn.divergences import LOG_2_PI
from sdmvae.nn.linear import matmul


class Prior(nn.Module, ABC):
    """A mixture p(v) = sum_c w_c p_c(v). Its parameters are buffers."""

    log_weights: torch.Tensor

    @abstractmethod
    def component_log_densities(self, value: torch.Tensor) -> torch.Tensor:
        """Return log w_c p_c(v) of each component, shape (B, C), for a value of shape (B, D)."""

    def log_density(self, value: torch.Tensor) -> torch.Tensor:
        """Return log p(v) in nats, shape (B,), for a value of shape (B, D)."""
        return torch.logsumexp(self.component_log_densities(value), dim=-1)

    @abstractmethod
    def sample_components(self, chosen: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Draw a value of each of the chosen components, shape (B, D), for indices (B,)."""

    def sample(
        self, count: int, generator: torch.Generator, *, evenly: bool = False
    ) -> torch.Tensor:
        """Draw from the mixture: a component for each value, and the value from it.

        Args:
            count: B.
            generator: The source of randomness.
            evenly: Choose each component as often as its weight says, to the next whole number.
                Then the values come in the order of the components, and means over them vary less.

        Returns:
            Values, shape (B, D); independent ones, if components are not chosen evenly.
        """
        weights = self.log_weights.double().exp()
        if evenly:
            # Systematic sampling: one random number and even steps on the cumulative weights.
            start = torch.rand(1, dtype=torch.float64, generator=generator)
            steps = (torch.arange(count, dtype=torch.float64) + start) / count
            cumulative = weights.cumsum(0)
            chosen = torch.searchsorted(cumulative / cumulative[-1], steps)
        else:
            chosen = torch.multinomial(weights, count, replacement=True, generator=generator)
        return self.sample_components(chosen, generator)


class GaussianMixture(Prior):
    """sum_c w_c N(m_c, S_c) with full covariances.

    A component is kept as its mean and its whitening W, with which (v - m) W is N(0, I), so that
    log N(v; m, S) = log det W - D/2 log 2 pi - 1/2 |(v - m) W|^2.
    """

    means: torch.Tensor
    whitening: torch.Tensor

    def __init__(
        self, log_weights: torch.Tensor, means: torch.Tensor, whitening: torch.Tensor
    ) -> None:
        """Take the parameters.

        Args:
            log_weights: log w, shape (C,).
            means: m, shape (C, D).
            whitening: W, shape (C, D, D), triangular with a positive diagonal.
        """
        super().__init__()
        self.register_buffer("log_weights", log_weights)
        self.register_buffer("means", means)
        self.register_buffer("whitening", whitening)

    def component_log_densities(self, value: torch.Tensor) -> torch.Tensor:
        """Return log w_c N(v; m_c, S_c)."""
        components, dims = self.means.shape
        whitening, means = self.whitening.to(value.dtype), self.means.to(value.dtype)
        log_scales = whitening.diagonal(dim1=1, dim2=2).log().sum(-1) - 0.5 * dims * LOG_2_PI
        side_by_side = whitening.transpose(0, 1).reshape(dims, components * dims)
        white = matmul(value, side_by_side).view(len(value), components, dims)
        white = white - (means[:, :, None] * whitening).sum(1)
        return (self.log_weights + log_scales).to(value.dtype) - 0.5 * white.square_().sum(-1)

    def sample_components(self, chosen: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return m_c + epsilon inv(W_c) with epsilon from N(0, I), in the means' precision."""
        noise = torch.empty_like(self.means[chosen], dtype=torch.float64)
        noise.normal_(generator=generator)
        value = self.means[chosen].double()
        for index in set(chosen.tolist()):
            rows = chosen == index
            inverse = torch.from_numpy(np.linalg.inv(self.whitening[index].double().numpy()))
            value[rows] += matmul(noise[rows], inverse)
        return value.to(self.means.dtype)


class ProductMixture(Prior):
    """sum_c w_c prod_j g_cj N(m_cj, v_cj) + (1 - g_cj) delta_0, for values with exact zeros.

    With one component and g = 1 it is a Gaussian with a diagonal covariance. Where a value is 0
    its log-density is a log-probability.
    """

    means: torch.Tensor
    log_variances: torch.Tensor
    log_odds: torch.Tensor

    def __init__(
        self,
        log_weights: torch.Tensor,
        means: torch.Tensor,
        log_variances: torch.Tensor,
        log_odds: torch.Tensor,
    ) -> None:
        """Take the parameters.

        Args:
            log_weights: log w, shape (C,).
            means: m, shape (C, D).
            log_variances: log v, shape (C, D).
            log_odds: log(g / (1 - g)), finite, shape (C, D).
        """
        super().__init__()
        self.register_buffer("log_weights", log_weights)
        self.register_buffer("means", means)
        self.register_buffer("log_variances", log_variances)
        self.register_buffer("log_odds", log_odds)

    def component_log_densities(self, value: torch.Tensor) -> torch.Tensor:
        """Return the log-density of each component, in float64.

        log p_c(v) is linear in v, v^2 and in whether v is 0, so it is a product of matrices.
        """
        means, log_variances, log_odds = (
            tensor.double() for tensor in (self.means, self.log_variances, self.log_odds)
        )
        precisions = torch.exp(-log_variances)
        if_not_zero = log_odds - 0.5 * (log_variances + means**2 * precisions + LOG_2_PI)
        off = nn.functional.logsigmoid(-log_odds).sum(-1)
        value = value.double()
        features = torch.cat([(value != 0).double(), value, value**2], dim=-1)
        slopes = torch.cat([if_not_zero, means * precisions, -0.5 * precisions], dim=-1)
        return matmul(features, slopes.T) + (self.log_weights.double() + off)

    def sample_components(self, chosen: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return m_cj + sqrt(v_cj) epsilon with the probability g_cj, else 0."""
        means = self.means[chosen]
        noise = torch.empty_like(means).normal_(generator=generator)
        value = means + torch.exp(0.5 * self.log_variances[chosen]) * noise
        uniform = torch.empty_like(means).uniform_(generator=generator)
        return torch.where(uniform < torch.sigmoid(self.log_odds[chosen]), value, 0.0)
