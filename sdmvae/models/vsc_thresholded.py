"""Variational sparse coding with thresholded samples (Fallah and Rozell, ICML 2022).

The posterior of the base variable is q(x | s) = Laplace(mu, b), or N(mu, sigma^2), and its prior
is of the same kind with location 0 and scale 1. With x = mu + e, a shifted soft threshold makes
z = mu + T(e) where |e| > lambda, and z = 0 elsewhere; T(e) = e - lambda sign(e). So z has exact
zeros. With the Laplace base it is a spike and slab whose slab is Laplace(mu, b), and which is not
zero with probability exp(-lambda / b). Under the prior this is exp(-lambda).

The KL divergence is that of the base variable. The threshold has no useful derivative, so the
gradient passes it as if z were x (straight through). A learned threshold has a posterior of its
own for each dimension and frame: Gamma with shape 2 and a scale from the encoder. Its prior is
Gamma with shape 2 and the mean `threshold`, as in the authors' code, where the encoder also gives
the posterior's shape. The derivative of T in lambda reaches it. The authors train on the best of
several samples per frame; here one is drawn, as for every model.

The code is the mean of z, mu times the probability that z is not zero, for a learned lambda at its
posterior mean. It has no zeros; a sample of z, which has them, is the second code. The decoder
depends on mu through z, besides x, and this is not paid for. So the bound bounds no likelihood.
"""

import math
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

import torch
from pydantic import Field

from sdmvae.models.base import LatentModel, Posterior
from sdmvae.nn.divergences import LOG_2_PI

FAR = 100.0  # exp(-FAR) is 0 beside any other term
THRESHOLD_SHAPE = 2


class Base(NamedTuple):
    """A family of distributions, as functions of single elements.

    Attributes:
        power: The encoder gives the logarithm of the scale to this power.
        unit: It makes samples with location 0 and scale 1 of uniform or normal numbers, in the
            shape of a tensor.
        tail: The probability that the magnitude of such a sample exceeds a number.
        log_density: The log-density, of the distance from the location and the log-scale.
        kl: The divergence from location 0 and scale 1, of the location and the log-scale.
    """

    power: int
    unit: Callable[[torch.Tensor, torch.Generator], torch.Tensor]
    tail: Callable[[torch.Tensor], torch.Tensor]
    log_density: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    kl: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def _laplace_unit(like: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    uniform = torch.empty_like(like).uniform_(-1, 1, generator=generator)
    uniform = uniform.clamp_min(torch.finfo(like.dtype).eps - 1)  # -1 would give infinity
    return -uniform.sign() * torch.log1p(-uniform.abs())


def _laplace_kl(mean: torch.Tensor, log_scale: torch.Tensor) -> torch.Tensor:
    """Return |mu| - log b - 1 + b exp(-|mu| / b), in a form that does not cancel."""
    scale, magnitude = torch.exp(log_scale), mean.abs()
    ratio = (magnitude * torch.exp(-log_scale)).clamp_max(FAR)
    return magnitude + scale * torch.expm1(-ratio) + torch.expm1(log_scale) - log_scale


LAPLACE = Base(
    power=1,
    unit=_laplace_unit,
    tail=lambda bound: torch.exp(-bound),
    log_density=lambda e, log_b: -e.abs() * torch.exp(-log_b) - log_b - math.log(2),
    kl=_laplace_kl,
)
GAUSSIAN = Base(
    power=2,
    unit=lambda like, generator: torch.empty_like(like).normal_(generator=generator),
    tail=lambda bound: torch.erfc(bound / math.sqrt(2)),
    log_density=lambda e, log_v: -0.5 * (e**2 * torch.exp(-log_v) + log_v + LOG_2_PI),
    kl=lambda mean, log_v: 0.5 * (mean**2 + torch.expm1(log_v) - log_v),
)


class ThresholdedVSC(LatentModel):
    """A base distribution on m variables, whose samples are thresholded."""

    code_depends_on_the_posterior = True
    is_straight_through = True
    kl_is_elementwise = True

    def __init__(
        self,
        m: int,
        *,
        threshold: Annotated[float, Field(gt=0, allow_inf_nan=False)],
        base: Literal["laplace", "gaussian"] = "laplace",
        learned: bool = False,
    ) -> None:
        """Ask the encoder for mu and the log-scale, and for that of a threshold that is learned.

        Args:
            m: The latent dimension.
            threshold: lambda, or its prior mean if it is learned, where the prior's scale is 1.
            base: The kind of the distribution that is thresholded.
            learned: Whether each dimension and frame has a threshold of its own.
        """
        super().__init__()
        self.posterior_widths = (m, m, m) if learned else (m, m)
        self.threshold, self.learned = threshold, learned
        self.base = {"laplace": LAPLACE, "gaussian": GAUSSIAN}[base]

    def sample(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return e, and beside it lambda if that is learned, shape (B, m) or (B, 2 m)."""
        mean, log_scale, *log_thresholds = posterior
        e = torch.exp(log_scale / self.base.power) * self.base.unit(mean, generator)
        if not log_thresholds:
            return e
        # A sum of exponential variables has a Gamma distribution.
        uniform = mean.new_empty(THRESHOLD_SHAPE, *mean.shape).uniform_(generator=generator)
        threshold = torch.exp(log_thresholds[0]) * -torch.log1p(-uniform).sum(0)
        return torch.cat([e, threshold], dim=-1)

    def code(self, sample: torch.Tensor, posterior: Posterior) -> torch.Tensor:
        """Return z; its gradient in training is that of mu + e, and of T in lambda."""
        e, threshold = self._split(sample)
        x = posterior[0] + e
        held = x.detach() if self.training else x
        z = (held - threshold * e.sign()).masked_fill(e.abs() <= threshold, 0.0)
        return x + (z - held) if self.training else z

    def mean_code(self, posterior: Posterior) -> torch.Tensor:
        """Return mu times the probability that z is not zero."""
        mean, log_scale, *log_thresholds = posterior
        log_bound = math.log(self.threshold) - log_scale / self.base.power
        for log_threshold in log_thresholds:
            log_bound = log_bound + log_threshold - self._log_prior_scale
        return mean * self.base.tail(torch.exp(log_bound))

    def hard_code(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return a sample of z."""
        return self.code(self.sample(posterior, generator), posterior)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the KL of the base variable, and that of lambda if it is learned."""
        mean, log_scale, *log_thresholds = posterior
        divergence = self.base.kl(mean, log_scale)
        for log_threshold in log_thresholds:
            log_ratio = log_threshold - self._log_prior_scale
            divergence = divergence + THRESHOLD_SHAPE * (torch.expm1(log_ratio) - log_ratio)
        return divergence.sum(-1)

    def log_ratio(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        """Return the log-ratio of the densities of the base variable, and of lambda."""
        mean, log_scale, *log_thresholds = posterior
        e, threshold = self._split(sample)
        density = self.base.log_density
        ratio = density(e, log_scale) - density(mean + e, torch.zeros_like(e))
        for log_threshold in log_thresholds:
            log_ratio = log_threshold - self._log_prior_scale
            excess = threshold * torch.exp(-log_threshold) * torch.expm1(log_ratio)
            ratio = ratio + excess - THRESHOLD_SHAPE * log_ratio
        return ratio.sum(-1)

    @property
    def _log_prior_scale(self) -> float:
        return math.log(self.threshold / THRESHOLD_SHAPE)

    def _split(self, sample: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        if not self.learned:
            return sample, self.threshold
        e, threshold = sample.chunk(2, dim=-1)
        return e, threshold
