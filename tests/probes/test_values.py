import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, r2_score

from sdmvae.probes.values import balanced_accuracy, r_squared


def test_the_mean_over_speakers_is_r_squared_with_equal_weights_for_speakers():
    random = np.random.default_rng(0)
    speakers = np.repeat(["a", "b", "c"], [10, 200, 50])
    target = random.standard_normal(260) + (speakers == "b") * 3
    predicted = target + random.standard_normal(260)
    weights = 1 / np.repeat([10, 200, 50], [10, 200, 50])
    values = r_squared(target, predicted, speakers)
    assert list(values.index) == ["a", "b", "c"]
    assert values.mean() == pytest.approx(r2_score(target, predicted, sample_weight=weights))


def test_r_squared_is_one_for_the_target_and_undefined_for_a_constant():
    speakers, target = np.repeat(["a", "b"], 5), np.arange(10.0)
    assert (r_squared(target, target, speakers) == 1).all()
    assert r_squared(np.ones(10), np.ones(10), speakers).isna().all()


def test_the_balanced_accuracy_of_a_speaker_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    speakers = np.repeat(["a", "b"], 60)
    target, predicted = random.integers(0, 3, (2, 120))
    target[60:] = np.where(target[60:] == 2, 0, target[60:])
    predicted[60:] = np.where(predicted[60:] == 2, 0, predicted[60:])
    values = balanced_accuracy(target, predicted, speakers)
    for speaker in "ab":
        own = speakers == speaker
        expected = balanced_accuracy_score(target[own], predicted[own])
        assert values[speaker] == pytest.approx(expected)
