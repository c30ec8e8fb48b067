"""Divergences and log-densities per frame, in nats; each sums over the last axis.

Shapes: frames (B, n), posterior parameters (B, D); every function returns shape (B,).
"""

import math
from typing import NamedTuple

import torch
from torch.nn.functional import softplus

LOG_2_PI = math.log(2 * math.pi)


class _ItakuraSaito(torch.autograd.Function):
    """The value and its gradient in log y, 1 - s / y, in as few passes over the bins as it takes.

    They are most of what a frame costs beside the products of matrices.
    """

    @staticmethod
    def forward(context, log_power, log_variance):
        ratio = torch.sub(log_power, log_variance).exp_()
        context.save_for_backward(ratio)
        return ratio.sum(-1).add_(log_variance.sum(-1))

    @staticmethod
    def backward(context, gradient):
        (ratio,) = context.saved_tensors
        return None, torch.rsub(ratio, 1).mul_(gradient[:, None])


def itakura_saito(log_power: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Sum over f of s_f / y_f + log y_f, y the variance of a complex circular Gaussian.

    Minus log-likelihood of x up to n log(pi), and the Itakura-Saito divergence of s from y up to
    sum_f (log s_f + 1) (Fevotte, Bertin and Durrieu 2009). Differentiable in log y alone.
    """
    return _ItakuraSaito.apply(log_power, log_variance)


def standard_normal_kl(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """KL(N(mu, sigma^2) || N(0, 1)) = 1/2 sum mu^2 + sigma^2 - 1 - log sigma^2."""
    return 0.5 * (mean**2 + torch.expm1(log_variance) - log_variance).sum(-1)


def zero_mean_kl(
    mean: torch.Tensor, log_variance: torch.Tensor, log_gamma: torch.Tensor
) -> torch.Tensor:
    """KL(N(mu, sigma^2) || N(0, gamma)) = 1/2 sum (mu^2 + sigma^2) / gamma - 1 + log gamma/sigma^2.

    Written with r = log gamma / sigma^2 and t = mu^2 / sigma^2 as expm1(log1p(t) - r) + r: in
    float32 the plain form cancels to 0 for small t, and this one is exact at gamma = mu^2 +
    sigma^2, where it is 1/2 sum log(1 + mu^2 / sigma^2).
    """
    ratio = torch.log1p(mean**2 * torch.exp(-log_variance))
    log_ratio = log_gamma - log_variance
    return 0.5 * (torch.expm1(ratio - log_ratio) + log_ratio).sum(-1)


class SpikeAndSlab(NamedTuple):
    """prod g N(mu, sigma^2) + (1 - g) delta_0, by mu, log sigma^2 and the log-odds v of g."""

    mean: torch.Tensor
    log_variance: torch.Tensor
    log_odds: torch.Tensor


def spike_and_slab_kl(q: SpikeAndSlab, p: SpikeAndSlab) -> torch.Tensor:
    """KL(q || p), sum of g KL(slab of q || slab of p) + KL(Bernoulli(g) || Bernoulli(g of p)).

    Of Tonolini et al. 2020, Eq. 6 for a p of mu = 0, sigma = 1 and g = alpha. The tensors of q
    and p broadcast.
    """
    log_ratio = q.log_variance - p.log_variance
    slab = 0.5 * (
        (q.mean - p.mean) ** 2 * torch.exp(-p.log_variance) + torch.expm1(log_ratio) - log_ratio
    )
    on = torch.sigmoid(q.log_odds)
    return (on * slab).sum(-1) + bernoulli_kl(q.log_odds, p.log_odds)


def bernoulli_kl(q: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
    """KL between Bernoulli variables of log-odds `q` and `p`, which broadcast.

    g (q - p) + log((1 - g) / (1 - g of p)), where log(1 - g) is -softplus(q).
    """
    return (torch.sigmoid(q) * (q - p) - softplus(q) + softplus(p)).sum(-1)


def gaussian_log_density(
    value: torch.Tensor, mean: torch.Tensor, log_variance: torch.Tensor
) -> torch.Tensor:
    """log N(value; mu, sigma^2) summed."""
    scaled = (value - mean) ** 2 * torch.exp(-log_variance)
    return -0.5 * (scaled + log_variance + LOG_2_PI).sum(-1)


def standard_normal_log_density(value: torch.Tensor) -> torch.Tensor:
    """log N(value; 0, I)."""
    return -0.5 * (value**2 + LOG_2_PI).sum(-1)


def spike_and_slab_log_density(value: torch.Tensor, p: SpikeAndSlab) -> torch.Tensor:
    """log p(value) summed, a density where value is not 0 and a probability where it is."""
    scaled = (value - p.mean) ** 2 * torch.exp(-p.log_variance)
    slab = -softplus(-p.log_odds) - 0.5 * (scaled + p.log_variance + LOG_2_PI)
    return torch.where(value == 0, -softplus(p.log_odds), slab).sum(-1)
