"""The validation bound and the best epoch of a training curve."""

import pandas as pd

from sdmvae.figures import training_curves

CURVE = pd.DataFrame(
    {
        "epoch": [1, 2, 3, 4],
        "train_loss": [4.0, 3.0, 2.0, 1.0],
        "validation_loss": [3.0, -1.5, 2.0, -1.5],
        "reconstruction": [0.1, -6.5, -6.0, -7.5],
        "kl": [0.2, 4.0, 7.0, 5.0],
        "penalty": [2.7, 1.0, 1.0, 1.0],
    }
)


def test_validation_bound_is_the_elbo_without_the_penalty():
    bound = training_curves.compute_validation_bound(CURVE)
    assert bound.tolist() == [-0.3, 2.5, -1.0, 2.5]


def test_best_epoch_is_the_first_one_with_the_lowest_validation_loss():
    assert training_curves.find_best_epoch(CURVE) == (2, -1.5, 2.5)


def test_best_epoch_is_chosen_by_the_loss_and_not_by_the_bound():
    curve = CURVE.assign(validation_loss=[1.0, 3.0, 2.0, 3.0])
    assert training_curves.find_best_epoch(curve) == (1, 1.0, -0.3)
