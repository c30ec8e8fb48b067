"""Divergences per frame, in nats; each sums over the last axis.

Shapes: frames (B, n), posterior parameters (B, D); every function returns shape (B,).
"""

import torch
from torch.nn.functional import softplus


def itakura_saito(power: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Sum over f of s_f / y_f + log y_f, y the variance of a complex circular Gaussian.

    Minus log-likelihood of x up to n log(pi), and the Itakura-Saito divergence of s from y up to
    sum_f (log s_f + 1) (Fevotte, Bertin and Durrieu 2009).
    """
    return (power * torch.exp(-log_variance) + log_variance).sum(-1)


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


def spike_and_slab_kl(
    mean: torch.Tensor, log_variance: torch.Tensor, log_odds: torch.Tensor, alpha: float
) -> torch.Tensor:
    """KL of prod g N(mu, sigma^2) + (1 - g) delta_0 from prod alpha N(0, 1) + (1 - alpha) delta_0.

    Sum of g/2 (mu^2 + sigma^2 - 1 - log sigma^2) + (1 - g) log((1 - g)/(1 - alpha))
    + g log(g / alpha), with log g = -softplus(-v) (Tonolini et al. 2020, Eq. 6).
    """
    log_on, log_off = -softplus(-log_odds), -softplus(log_odds)
    on, off = log_on.exp(), log_off.exp()
    prior = torch.tensor(alpha, dtype=torch.float64)
    slab = 0.5 * (mean**2 + torch.expm1(log_variance) - log_variance)
    spike = off * (log_off - float(torch.log1p(-prior))) + on * (log_on - float(prior.log()))
    return (on * slab + spike).sum(-1)
