"""Linear probes, which predict each frame by a model that was fitted to the other folds."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

# Inputs have mean 0 and variance 1, and there are thousands of frames. So the penalty, and the
# shrinkage of the covariance, only decide what the frames leave open.
PENALTY, SHRINKAGE = 1.0, 0.01


def predict_numbers(inputs: np.ndarray, target: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Return the predictions of ridge regression, shape (T,).

    Args:
        inputs: The input of each frame, shape (T, D).
        target: The number that is to be predicted for each frame, shape (T,).
        folds: The fold of each frame, shape (T,); at least two.
    """
    return _predict(Ridge(alpha=PENALTY), inputs, target, folds)


def predict_classes(inputs: np.ndarray, target: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Return the classes that linear discriminant analysis predicts, shape (T,).

    All classes have the same prior probability, so that the balanced accuracy is what the
    classifier aims at. The covariance of the classes is shrunk towards a multiple of the identity,
    by `SHRINKAGE`, so that it can be inverted. Unlike a regression on indicators of classes, this
    analysis does not mask classes that lie between others (Hastie, Tibshirani and Friedman 2009,
    section 4.2).

    Args:
        inputs: The input of each frame, shape (T, D).
        target: The class of each frame, shape (T,). Each fold has all classes in the other folds.
        folds: The fold of each frame, shape (T,); at least two.
    """
    classes = len(np.unique(target))
    analysis = LinearDiscriminantAnalysis(
        solver="lsqr", shrinkage=SHRINKAGE, priors=np.full(classes, 1 / classes)
    )
    return _predict(analysis, inputs, target, folds)


def _predict(
    estimator: BaseEstimator, inputs: np.ndarray, target: np.ndarray, folds: np.ndarray
) -> np.ndarray:
    """Fit an estimator to standardised inputs of all folds but one, and predict that one.

    The mean and the deviation of an input are those of all frames; no target plays a part in them.
    Otherwise an entry that is nearly constant in other folds would be divided by nearly nothing.
    """
    predicted = np.empty_like(target)
    inputs = StandardScaler().fit_transform(inputs)
    for fold in np.unique(folds):
        own = folds == fold
        predicted[own] = estimator.fit(inputs[~own], target[~own]).predict(inputs[own])
    return predicted
