"""Codes and frames that are drawn from a model and a prior, and their energy distance."""

import numpy as np
import pytest
import torch
from scipy import stats

from sdmvae.evaluation import drawn_frames, fitted_priors
from tests.support import networks
from tests.support.networks import one_thread

__all__ = ["one_thread"]

FLOOR, BINS, COUNT = 1e-6, 9, 3_000
SDM = ("sdm", {"dictionary": "identity"})


def priors_of(samples):
    return fitted_priors.fit_to_samples(samples.astype(np.float32), seed=0)


def normal(count=400, shift=0.0, scale=1.0):
    return shift + scale * np.random.default_rng(0).standard_normal((count, 3))


def build(model="vae", arguments=None):
    return networks.build(model, arguments).eval()


def fix_decoder(autoencoder, log_variance):
    """Let the decoder put out the same variance whatever it is given."""
    with torch.no_grad():
        for parameter in autoencoder.decoder.parameters():
            parameter.zero_()
        *_, last = autoencoder.decoder.parameters()
        last.copy_(torch.full_like(last, log_variance))


def test_codes_are_of_the_prior_that_is_asked_for():
    autoencoder, prior = build(), priors_of(normal(shift=4, scale=0.5))["mixture"]
    own = drawn_frames.draw_codes(autoencoder, None, COUNT, seed=1)
    fitted = drawn_frames.draw_codes(autoencoder, prior, COUNT, seed=1)
    for codes, mean, deviation in ((own, 0, 1), (fitted, 4, 0.5)):
        np.testing.assert_allclose(codes.mean(0), mean, atol=0.1)
        np.testing.assert_allclose(codes.std(0), deviation, atol=0.1)
    again = drawn_frames.draw_codes(autoencoder, prior, COUNT, seed=1)
    assert torch.equal(fitted, again)
    assert drawn_frames.draw_codes(build(*SDM), None, 3, seed=1) is None


def test_frames_are_exponential_about_the_variance_that_is_decoded():
    autoencoder = build()
    fix_decoder(autoencoder, log_variance=2.0)
    frames = drawn_frames.draw_log_power(autoencoder, None, COUNT, FLOOR, seed=2)
    assert frames.shape == (COUNT, BINS) and frames.dtype == np.float32
    power = np.exp(frames.astype(float)).ravel()
    assert stats.kstest(power, stats.expon(scale=np.exp(2)).cdf).pvalue > 1e-3


def test_no_power_is_below_the_floor():
    autoencoder = build()
    fix_decoder(autoencoder, log_variance=-40.0)
    frames = drawn_frames.draw_log_power(autoencoder, None, 5, FLOOR, seed=2)
    np.testing.assert_allclose(frames, np.log(FLOOR), rtol=1e-6)


def drawn(autoencoder, priors, real, seed=0):
    found = drawn_frames.energy_distances(autoencoder, priors, {"test": real}, FLOOR, seed)
    return {prior: distances["test"] for prior, distances in found.items()}


def test_frames_of_the_model_itself_have_no_distance_from_it():
    autoencoder, priors = build(), priors_of(normal(shift=4, scale=0.5))
    of_prior = drawn_frames.draw_log_power(autoencoder, None, COUNT, FLOOR, seed=7)
    of_mixture = drawn_frames.draw_log_power(autoencoder, priors["mixture"], COUNT, FLOOR, seed=7)
    for real, near, far in ((of_prior, "prior", "fitted"), (of_mixture, "fitted", "prior")):
        found = drawn(autoencoder, priors, real)
        assert abs(found[near]) < 2e-3 and found[far] > 0.01


def test_the_fitted_prior_is_the_mixture_and_not_the_gaussian():
    autoencoder, priors = build(), priors_of(normal())
    real = networks.log_power(60).numpy()
    alone = drawn(autoencoder, {"mixture": priors["mixture"]}, real)
    assert drawn(autoencoder, priors, real) == alone
    assert drawn(autoencoder, {"gaussian": priors["gaussian"]}, real)["fitted"] is None


def test_the_seed_decides():
    autoencoder, priors, real = build(), priors_of(normal()), networks.log_power(60).numpy()
    first, again, other = (drawn(autoencoder, priors, real, seed) for seed in (0, 0, 1))
    assert first == again and first != other


@pytest.mark.parametrize(
    ("model", "fitted", "defined"),
    [
        (("vae", None), True, ["prior", "fitted"]),
        (SDM, True, ["fitted"]),
        (("vae", None), False, ["prior"]),
        (("vaease", None), False, []),
    ],
)
def test_without_a_prior_there_is_no_distance(model, fitted, defined):
    priors = priors_of(normal()) if fitted else {}
    found = drawn(build(*model), priors, networks.log_power(30).numpy())
    assert list(found) == ["prior", "fitted"]
    assert [name for name, value in found.items() if value is not None] == defined


def test_each_set_of_frames_has_its_own_distance():
    autoencoder, priors = build(), priors_of(normal())
    far = networks.log_power(60).numpy()
    near = drawn_frames.draw_log_power(autoencoder, priors["mixture"], 60, FLOOR, seed=7)
    sets = {"test": far, "training": near}
    found = drawn_frames.energy_distances(autoencoder, priors, sets, FLOOR, 0)["fitted"]
    assert found["training"] < found["test"]
    assert found["test"] == pytest.approx(drawn(autoencoder, priors, far)["fitted"], abs=1e-6)


def test_a_single_frame_of_speech_has_no_distance():
    assert drawn(build(), {}, networks.log_power(1).numpy()) == {"prior": None, "fitted": None}
