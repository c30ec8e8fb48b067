"""Two things that are read from a cell's training curve: the validation bound and the best epoch.

A curve is a table with one row per epoch. Its columns are ``epoch``, ``train_loss``,
``validation_loss``, the terms of the validation loss (``reconstruction``, ``kl`` and ``penalty``)
and ``hoyer_above_gaussian``, the sparsity of the codes of validation speech. All losses and terms
are in nats per frame.
"""

from typing import NamedTuple

import pandas as pd


class BestEpoch(NamedTuple):
    """The epoch whose weights a cell keeps.

    Attributes:
        epoch: Its number, from 1.
        loss: Its validation loss, penalty included, in nats per frame.
        bound: Its validation bound (ELBO), in nats per frame.
    """

    epoch: int
    loss: float
    bound: float


def compute_validation_bound(curve: pd.DataFrame) -> "pd.Series[float]":
    """Return the ELBO on validation speech in each epoch, -(reconstruction + KL).

    Unlike the validation loss it does not contain the model's penalty, so that different models
    can be compared.
    """
    # The columns have four decimals; rounding removes the error of the addition.
    return (-(curve["reconstruction"] + curve["kl"])).round(4)


def find_best_epoch(curve: pd.DataFrame) -> BestEpoch:
    """Return the epoch with the lowest validation loss, the first one if several are equal."""
    place = int(curve["validation_loss"].argmin())
    return BestEpoch(
        int(curve["epoch"].iloc[place]),
        float(curve["validation_loss"].iloc[place]),
        float(compute_validation_bound(curve).iloc[place]),
    )
