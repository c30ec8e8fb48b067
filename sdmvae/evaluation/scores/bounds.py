"""Bounds on the log-likelihood and their terms, which the resynthesize stage computes."""

from sdmvae.evaluation.scores.base import BoundScore

_UNIT = "nats per frame"

SCORES = (
    BoundScore(
        name="elbo",
        label="ELBO",
        description="The evidence lower bound on the log-likelihood is estimated with one sample "
        "of the posterior.",
        unit=_UNIT,
        better="higher",
        digits=0,
    ),
    BoundScore(
        name="reconstruction",
        label="Reconstruction",
        description="The reconstruction term is the negative log-likelihood of a frame given one "
        "sample of the posterior.",
        unit=_UNIT,
        better="lower",
        digits=0,
    ),
    BoundScore(
        name="kl",
        label="KL",
        description="The KL divergence of the posterior from the prior measures how much "
        "information the code carries.",
        unit=_UNIT,
        better=None,
        digits=1,
    ),
    BoundScore(
        name="iwae",
        label="Bound (IWAE)",
        description="The importance-weighted bound on the log-likelihood is estimated with several "
        "samples of the posterior.",
        unit=_UNIT,
        better="higher",
        digits=0,
        in_table=True,
    ),
)
