"""Probes of targets that are, or are not, linear functions of the input."""

import numpy as np
import pytest

from sdmvae.probes.linear import predict_classes, predict_numbers
from sdmvae.probes.values import balanced_accuracy, r_squared

SPEAKERS = np.repeat(np.arange(6), 150)
FOLDS = SPEAKERS % 3


def inputs(dims=5, seed=0):
    scale = 10.0 ** (np.arange(dims) - 2)
    return 3 + scale * np.random.default_rng(seed).standard_normal((len(SPEAKERS), dims))


def test_a_linear_function_of_the_input_is_predicted():
    given = inputs()
    target = given @ (1 / given.std(axis=0)) + 7
    values = r_squared(target, predict_numbers(given, target, FOLDS), SPEAKERS)
    assert len(values) == 6 and (values > 0.999).all()


def test_the_predictions_are_those_of_least_squares_on_the_other_folds():
    given = inputs()
    target = np.random.default_rng(1).standard_normal(len(given))
    predicted = predict_numbers(given, target, FOLDS)
    whole = np.column_stack([given, np.ones(len(given))])
    for fold in range(3):
        other = fold != FOLDS
        weights = np.linalg.lstsq(whole[other], target[other])[0]
        assert np.allclose(predicted[~other], whole[~other] @ weights, atol=1e-3)


def test_an_entry_that_only_one_fold_uses_does_no_harm():
    given = np.random.default_rng(0).standard_normal((len(SPEAKERS), 3))
    given[FOLDS != 0, 2] *= 1e-5
    target = given[:, 0]
    predicted = predict_numbers(given, target, FOLDS)
    assert np.abs(predicted - target).max() < 0.1


def test_a_shuffled_number_is_not_predicted():
    given = inputs()
    target = np.random.default_rng(1).permutation(given @ (1 / given.std(axis=0)))
    values = r_squared(target, predict_numbers(given, target, FOLDS), SPEAKERS)
    assert values.mean() == pytest.approx(0, abs=0.03)


def test_classes_that_a_plane_divides_are_predicted():
    given = inputs()
    target = (given[:, 1] > 3 + given[:, 1].std()).astype(int)
    assert target.mean() < 0.2
    values = balanced_accuracy(target, predict_classes(given, target, FOLDS), SPEAKERS)
    assert values.mean() > 0.9


def test_a_class_between_two_others_is_not_masked():
    target = np.arange(len(SPEAKERS)) % 3
    given = inputs() / 100
    given[:, 0] += target
    predicted = predict_classes(given, target, FOLDS)
    assert balanced_accuracy(target, predicted, SPEAKERS).mean() > 0.99


@pytest.mark.parametrize("classes", [2, 3])
def test_shuffled_classes_are_predicted_by_chance_also_if_one_is_frequent(classes):
    random = np.random.default_rng(2)
    target = np.where(random.random(len(SPEAKERS)) < 0.7, 0, random.integers(0, classes, 900))
    predicted = predict_classes(inputs(), target, FOLDS)
    assert balanced_accuracy(target, predicted, SPEAKERS).mean() == pytest.approx(
        1 / classes, abs=0.06
    )


def test_an_input_that_never_changes_tells_nothing():
    given, target = np.zeros((900, 4)), np.arange(900) % 3
    predicted = predict_classes(given, target, FOLDS)
    assert balanced_accuracy(target, predicted, SPEAKERS).mean() == pytest.approx(1 / 3)
    numbers = target.astype(float)
    values = r_squared(numbers, predict_numbers(given, numbers, FOLDS), SPEAKERS)
    assert values.mean() == pytest.approx(0, abs=1e-6)


def test_a_frame_is_predicted_from_the_other_folds_only():
    given = inputs()
    target = given @ (1 / given.std(axis=0))
    before = predict_numbers(given, target, FOLDS)
    own = FOLDS == 1
    after = predict_numbers(given, np.where(own, 1000 * target, target), FOLDS)
    assert (before[own] == after[own]).all()
    assert (before[~own] != after[~own]).all()
