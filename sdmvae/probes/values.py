"""How good predictions are, as one value for each speaker.

The mean of these values over speakers is the value of a probe, in which all speakers have the same
weight.
"""

import numpy as np
import pandas as pd


def r_squared(
    target: np.ndarray, predicted: np.ndarray, speakers: np.ndarray
) -> "pd.Series[float]":
    """Return the share of the variance of a target that predictions explain, for each speaker.

    For speaker g it is 1 - e_g / v. e_g is the mean squared error over the frames of g. v is the
    variance of the target with equal weights for all speakers: the mean over speakers of the mean
    squared distance from y, where y is the mean of the speakers' means. So the mean of the values
    over speakers is an R^2 with equal weights for all speakers. A constant prediction of y has 0.

    The variance is that of all speakers together, because the mean of a speaker is a part of what
    has to be predicted. A speaker's own variance would not count it.

    Args:
        target: The numbers, shape (T,).
        predicted: The predictions, shape (T,).
        speakers: The speaker of each frame, shape (T,).

    Returns:
        The values by speaker, sorted; NaN if all speakers have the same constant target.
    """
    numbers = pd.Series(target)
    centre = numbers.groupby(speakers).mean().mean()
    variance = ((numbers - centre) ** 2).groupby(speakers).mean().mean()
    error = ((numbers - predicted) ** 2).groupby(speakers).mean()
    values: pd.Series[float] = 1 - error / (variance if variance > 0 else np.nan)
    return values


def balanced_accuracy(
    target: np.ndarray, predicted: np.ndarray, speakers: np.ndarray
) -> "pd.Series[float]":
    """Return the mean over classes of the share of frames that are told right, for each speaker.

    Only the classes of a speaker's own frames count. So it is the plain share where a speaker has
    one class, as for the sex and for the speaker.

    Args:
        target: The classes, shape (T,).
        predicted: The predicted classes, shape (T,).
        speakers: The speaker of each frame, shape (T,).

    Returns:
        The values by speaker, sorted.
    """
    right = pd.Series(target == predicted)
    return right.groupby([speakers, target]).mean().groupby(level=0).mean()
