"""Tests of the likelihoods that are reported: none is higher than what is possible."""

import math

import numpy as np
import pytest
import torch

from sdmvae.autoencoder import importance_weighted_bound
from sdmvae.evaluation import fitted_priors
from sdmvae.evaluation.likelihoods import bound_likelihoods, gain
from tests.support import networks, toy_source, trainings
from tests.support.networks import normal, one_thread, seeded
from tests.support.toy_source import LARGEST, symbols

__all__ = ["one_thread"]

BOUNDS = ["likelihood", "likelihood_gain", "likelihood_gaussian", "iwae"]
MODELS = {
    "vae": {},
    "vsc": {"alpha": 0.5},
    "laplace": {},
    "sdm": {"dictionary": "identity"},
    "sdm-student": {"dictionary": "identity"},
    "sdm-shared": {"dictionary": "identity"},
}
ERROR = 0.02  # of the mean over 1,024 frames, each with 100 samples


def likelihoods_of(autoencoder, frames, samples=100):
    priors = fitted_priors.fit(autoencoder, frames, seed=0)
    with torch.no_grad():
        return bound_likelihoods(autoencoder, torch.from_numpy(frames), samples, priors, seeded(1))


@pytest.mark.slow
@pytest.mark.parametrize(("model", "arguments"), MODELS.items())
def test_no_likelihood_is_higher_than_the_source_allows(model, arguments):
    """The largest possible mean log p of 16 equiprobable symbols is -log 16 = -2.77."""
    autoencoder = toy_source.train(model, arguments)
    means = {
        name: float(bound.mean())
        for name, bound in likelihoods_of(autoencoder, symbols(1024)).items()
    }
    for name in ("likelihood", "likelihood_gaussian"):
        assert means[name] < LARGEST + ERROR, name
    assert math.isnan(means["iwae"]) is (model == "sdm")
    assert not means["iwae"] > LARGEST + ERROR
    if model != "sdm":
        assert means["likelihood"] > LARGEST - 0.2, "the model has learned nothing"


@pytest.mark.slow
def test_the_objective_of_sdm_is_higher_than_any_likelihood():
    """Its prior is fitted to each frame, so its own bound bounds nothing."""
    autoencoder = toy_source.train("sdm", {"dictionary": "identity"})
    with torch.no_grad():
        terms = autoencoder.bound(torch.from_numpy(symbols(1024)), seeded(1))
    objective = -float((terms.reconstruction + terms.kl).mean())
    assert LARGEST + 0.7 < objective < LARGEST + 1.5


def test_the_gain_is_that_of_four_times_as_many_samples():
    log_weights = normal(8, 5, seed=1)
    parts = [importance_weighted_bound(part) for part in log_weights.split(2)]
    expected = importance_weighted_bound(log_weights) - sum(parts) / 4
    torch.testing.assert_close(gain(log_weights), expected)
    assert (gain(log_weights) > 0).all()
    assert (gain(log_weights[:1]) == 0).all()
    assert gain(log_weights[:7]).isfinite().all()


@pytest.mark.parametrize(("model", "arguments"), MODELS.items())
def test_every_bound_is_given_under_the_prior_that_it_names(model, arguments):
    autoencoder, frames = networks.build(model, arguments).eval(), trainings.frames(300)
    found = likelihoods_of(autoencoder, frames, samples=4)
    assert list(found) == BOUNDS
    for name, bound in found.items():
        assert bound.shape == (300,) and bound.dtype == np.float64
        assert np.isfinite(bound).all() != (model == "sdm" and name == "iwae")
    priors = fitted_priors.fit(autoencoder, frames, seed=0)
    with torch.no_grad():
        _, gaussian, mixture = autoencoder.importance_weights(
            torch.from_numpy(frames), 4, seeded(1), [each.log_density for each in priors.values()]
        )
    np.testing.assert_allclose(found["likelihood"], importance_weighted_bound(mixture))
    np.testing.assert_allclose(found["likelihood_gaussian"], importance_weighted_bound(gaussian))


def test_without_fitted_priors_there_is_the_own_prior_alone():
    autoencoder, frames = networks.build().eval(), torch.from_numpy(trainings.frames(20))
    with torch.no_grad():
        found = bound_likelihoods(autoencoder, frames, 2, {}, seeded())
    assert np.isfinite(found["iwae"]).all()
    assert all(np.isnan(found[name]).all() for name in BOUNDS[:3])


@pytest.mark.parametrize(
    ("model", "arguments"), [("vaease", {}), ("vsc-thresholded", {"threshold": 0.5})]
)
def test_a_decoder_that_sees_the_posterior_has_no_likelihood(model, arguments):
    autoencoder = networks.build(model, arguments).eval()
    with torch.no_grad():
        found = bound_likelihoods(
            autoencoder, torch.from_numpy(trainings.frames(20)), 2, {}, seeded()
        )
    assert all(np.isnan(bound).all() for bound in found.values())
