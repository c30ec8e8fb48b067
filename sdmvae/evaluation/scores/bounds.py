"""Bounds on the log-likelihood and the terms of training, which `resynthesize` computes."""

from sdmvae.evaluation.scores.base import BoundScore

_UNIT = "nats per frame"

SCORES = (
    BoundScore(
        name="likelihood",
        label="Log-likelihood",
        description="This is a lower bound (IWAE) on the log-likelihood of test frames, under a "
        "mixture that is fitted after training to the codes of training frames.",
        unit=_UNIT,
        better="higher",
        digits=0,
        in_table=True,
    ),
    BoundScore(
        name="likelihood_gain",
        label="Gain of four times the samples",
        description="This is how much the log-likelihood rises when it is estimated with K samples "
        "of the posterior instead of K / 4.",
        unit=_UNIT,
        better=None,
        digits=1,
    ),
    BoundScore(
        name="likelihood_gaussian",
        label="Log-likelihood with a Gaussian",
        description="This is the log-likelihood under a Gaussian with a diagonal covariance, which "
        "is fitted to the same codes.",
        unit=_UNIT,
        better="higher",
        digits=0,
    ),
    BoundScore(
        name="iwae",
        label="Log-likelihood with the own prior",
        description="This is the log-likelihood under the prior that the model was trained with, "
        "if that prior is fixed before a frame is seen.",
        unit=_UNIT,
        better="higher",
        digits=0,
    ),
    BoundScore(
        name="objective",
        label="Training objective",
        description="This is what training maximises without its penalty, the negative sum of "
        "reconstruction and KL, which is no likelihood where the prior is fitted to each frame.",
        unit=_UNIT,
        better=None,
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
        description="The KL divergence of the posterior from the prior of training measures how "
        "much information the code carries.",
        unit=_UNIT,
        better=None,
        digits=1,
    ),
)
