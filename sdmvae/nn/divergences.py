"""Divergences and log-densities in nats; each sums over the last axis.

Shapes: frames (B, n), posterior parameters (B, D). Every function returns shape (B,).
"""

import math
from typing import Any, NamedTuple

import torch
from torch.nn.functional import softplus

LOG_2_PI = math.log(2 * math.pi)
EXACT = 40.0  # softplus(x) is x from here on, to the last digit of float64


class _ItakuraSaito(torch.autograd.Function):
    """The value, and its gradient 1 - s / y in log y, in as few passes over the bins as possible.

    Besides the matrix products, these passes are most of what a frame costs.
    """

    @staticmethod
    def forward(ctx: Any, log_power: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
        ratio = torch.sub(log_power, log_variance).exp_()
        ctx.save_for_backward(ratio)
        return ratio.sum(-1).add_(log_variance.sum(-1))

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        (ratio,) = ctx.saved_tensors
        return None, torch.rsub(ratio, 1).mul_(gradient[:, None])


def itakura_saito(log_power: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Return sum_f s_f / y_f + log y_f, where y is the variance of a complex circular Gaussian.

    It is the negative log-likelihood of x up to n log pi, and the Itakura-Saito divergence of s
    from y up to sum_f (log s_f + 1) (Fevotte, Bertin and Durrieu 2009).

    Args:
        log_power: log s, shape (B, n). No gradient is computed for it.
        log_variance: log y, shape (B, n).

    Returns:
        Nats per frame, shape (B,).
    """
    divergence: torch.Tensor = _ItakuraSaito.apply(  # type: ignore[no-untyped-call]
        log_power, log_variance
    )
    return divergence


def standard_normal_kl(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Return KL(N(mu, sigma^2) || N(0, 1)) = 1/2 sum mu^2 + sigma^2 - 1 - log sigma^2.

    Args:
        mean: mu, shape (B, D).
        log_variance: log sigma^2, shape (B, D).
    """
    return 0.5 * (mean**2 + torch.expm1(log_variance) - log_variance).sum(-1)


def log1p_ratio(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Return log(1 + mu^2 / sigma^2) for each element, exact for tiny ratios.

    The ratio itself would overflow in float32 where sigma is small. So it is computed as
    softplus(2 log|mu| - log sigma^2).

    Args:
        mean: mu, any shape.
        log_variance: log sigma^2, of the same shape.
    """
    magnitude = mean.abs().clamp_min(torch.finfo(mean.dtype).tiny)  # log 0 has no gradient
    return softplus(2 * torch.log(magnitude) - log_variance, threshold=EXACT)


def zero_mean_kl(
    mean: torch.Tensor, log_variance: torch.Tensor, log_gamma: torch.Tensor
) -> torch.Tensor:
    """Return KL(N(mu, sigma^2) || N(0, gamma)).

    It is 1/2 sum (mu^2 + sigma^2) / gamma - 1 + log(gamma / sigma^2). With r = log(gamma / sigma^2)
    and t = mu^2 / sigma^2 it is computed as 1/2 sum expm1(log1p(t) - r) + r. The first form cancels
    to 0 in float32 when t is small, and overflows when sigma is. The second is exact at
    gamma = mu^2 + sigma^2, where it is 1/2 sum log(1 + mu^2 / sigma^2).

    Args:
        mean: mu, shape (B, D).
        log_variance: log sigma^2, shape (B, D).
        log_gamma: log gamma, shape (B, D).
    """
    log_ratio = log_gamma - log_variance
    excess = log1p_ratio(mean, log_variance) - log_ratio
    return 0.5 * (torch.expm1(excess) + log_ratio).sum(-1)


class SpikeAndSlab(NamedTuple):
    """The distribution prod g N(mu, sigma^2) + (1 - g) delta_0.

    Attributes:
        mean: mu of the slab.
        log_variance: log sigma^2 of the slab.
        log_odds: log(g / (1 - g)), g being the probability of the slab.
    """

    mean: torch.Tensor
    log_variance: torch.Tensor
    log_odds: torch.Tensor


def spike_and_slab_kl(q: SpikeAndSlab, p: SpikeAndSlab) -> torch.Tensor:
    """Return KL(q || p) of two spike-and-slab distributions, whose tensors broadcast.

    It is sum g KL(slab of q || slab of p) + KL(Bernoulli(g) || Bernoulli(g of p)). For p with
    mu = 0, sigma = 1 and g = alpha it is Eq. 6 of Tonolini et al. (2020).
    """
    log_ratio = q.log_variance - p.log_variance
    distance = (q.mean - p.mean) * torch.exp(-0.5 * p.log_variance)
    slab = 0.5 * (distance**2 + torch.expm1(log_ratio) - log_ratio)
    on = torch.sigmoid(q.log_odds)
    return (on * slab).sum(-1) + bernoulli_kl(q.log_odds, p.log_odds)


def bernoulli_kl(q: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
    """Return the KL divergence between Bernoulli variables.

    It is g (q - p) + log((1 - g) / (1 - g of p)), where log(1 - g) is -softplus(q).

    Args:
        q: Log-odds of the first, any shape that broadcasts with `p`.
        p: Log-odds of the second.
    """
    return (torch.sigmoid(q) * (q - p) - softplus(q) + softplus(p)).sum(-1)


def gaussian_log_density(
    value: torch.Tensor, mean: torch.Tensor, log_variance: torch.Tensor
) -> torch.Tensor:
    """Return log N(value; mu, sigma^2), summed.

    Args:
        value: Where the density is taken, shape (B, D).
        mean: mu, shape (B, D).
        log_variance: log sigma^2, shape (B, D).
    """
    scaled = (value - mean) * torch.exp(-0.5 * log_variance)
    return -0.5 * (scaled**2 + log_variance + LOG_2_PI).sum(-1)


def standard_normal_log_density(value: torch.Tensor) -> torch.Tensor:
    """Return log N(value; 0, I) for a value of shape (B, D)."""
    return -0.5 * (value**2 + LOG_2_PI).sum(-1)


def spike_and_slab_log_density(value: torch.Tensor, p: SpikeAndSlab) -> torch.Tensor:
    """Return log p(value), summed.

    Where the value is 0 it is a log-probability, elsewhere a log-density.

    Args:
        value: Shape (B, D).
        p: A distribution whose tensors broadcast with the value.
    """
    scaled = (value - p.mean) * torch.exp(-0.5 * p.log_variance)
    slab = -softplus(-p.log_odds) - 0.5 * (scaled**2 + p.log_variance + LOG_2_PI)
    return torch.where(value == 0, -softplus(p.log_odds), slab).sum(-1)
