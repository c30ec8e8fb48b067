import numpy as np
import pytest
import torch

from sdmvae.dsp import stft
from sdmvae.evaluation import resynthesis
from tests.support import networks
from tests.support.arguments import all_models
from tests.support.networks import one_thread

__all__ = ["one_thread"]

WINDOW, HOP, FLOOR = 1024, 256, 1e-6
BINS, M, T = 33, 4, 12
MODELS = {
    "vae": ("vae", {}, 4),
    "vsc": ("vsc", {"alpha": 0.3}, 4),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 7}, 7),
}


def build(name):
    model, arguments, _ = MODELS[name]
    return networks.build(model, arguments, m=M, bins=BINS, hidden=[128]).eval()


def log_power(seed=1):
    power = np.random.default_rng(seed).exponential(size=(T, BINS)) + FLOOR
    return np.log(power).astype(np.float32)


def analyse(autoencoder, decode="mean", importance_samples=3, seed=0):
    settings = resynthesis.Settings(64, 16, FLOOR, decode, importance_samples)
    return resynthesis.analyse(autoencoder, log_power(), settings, seed)


@pytest.mark.parametrize("name", MODELS)
def test_everything_has_its_shape_and_is_finite(name):
    analysis = analyse(build(name))
    assert analysis.codes.shape == (T, MODELS[name][2])
    assert analysis.power.shape == (T, BINS)
    np.testing.assert_array_equal(analysis.log_power, log_power())
    assert all(bound.shape == (T,) for bound in analysis.bounds.values())
    assert analysis.kl_by_dimension.shape == analysis.codes.shape
    np.testing.assert_allclose(
        analysis.kl_by_dimension.sum(axis=1), analysis.bounds["kl"], rtol=1e-4, atol=1e-5
    )
    if name == "vsc":
        assert analysis.hard_codes.shape == analysis.codes.shape
    else:
        assert analysis.hard_codes is None
    arrays = [array for array in analysis[:-1] if array is not None]
    own = ["objective", "reconstruction", "kl", *(["iwae"] if name != "sdm" else [])]
    arrays += [analysis.bounds[key] for key in own]
    assert all(isinstance(array, np.ndarray) and np.isfinite(array).all() for array in arrays)
    assert (analysis.power > 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_codes_are_posterior_means_and_the_power_is_decoded_from_them(name):
    autoencoder = build(name)
    analysis = analyse(autoencoder)
    with torch.no_grad():
        posterior = autoencoder.encode(autoencoder.encoder_input(torch.from_numpy(log_power())))
        mean = autoencoder.model.mean_code(posterior)
        np.testing.assert_array_equal(analysis.codes, mean)
        np.testing.assert_allclose(analysis.power, autoencoder.decode(mean).exp(), rtol=1e-6)
        kl = autoencoder.model.kl(posterior, mean, None)
        np.testing.assert_allclose(analysis.bounds["kl"], kl, rtol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_the_seed_does_not_change_the_mean_code_and_its_power(name):
    autoencoder = build(name)
    first, again, other = (analyse(autoencoder, seed=seed) for seed in (0, 0, 1))
    for array, same_array in zip(first[:-1], again[:-1], strict=True):
        np.testing.assert_array_equal(array, same_array)
    for key, bound in first.bounds.items():
        np.testing.assert_array_equal(bound, again.bounds[key])
    np.testing.assert_array_equal(first.codes, other.codes)
    np.testing.assert_array_equal(first.power, other.power)
    for key in ("reconstruction", "objective", "iwae"):
        assert (first.bounds[key] != other.bounds[key]).all()


def test_decoding_a_sample_does_not_change_the_code_and_the_bounds():
    autoencoder = build("vae")
    mean, sample, again, other = (
        analyse(autoencoder, decode=decode, seed=seed)
        for decode, seed in (("mean", 0), ("sample", 0), ("sample", 0), ("sample", 1))
    )
    np.testing.assert_array_equal(mean.codes, sample.codes)
    np.testing.assert_array_equal(mean.bounds["iwae"], sample.bounds["iwae"])
    np.testing.assert_array_equal(sample.power, again.power)
    for analysis in (mean, other):
        assert (analysis.power != sample.power).any(axis=1).all()


@pytest.mark.parametrize("decode", ["mean", "sample"])
@pytest.mark.parametrize(("name", "arguments"), all_models())
def test_every_model_resynthesises_an_utterance(name, arguments, decode):
    autoencoder = networks.build(name, arguments, bins=BINS).eval()
    settings = resynthesis.Settings(64, 16, FLOOR, decode, importance_samples=2)
    samples = np.random.default_rng(0).uniform(-1, 1, 1000)
    estimate, analysis = resynthesis.resynthesise(autoencoder, samples, settings, seed=0)
    assert estimate.shape == samples.shape
    for array in (estimate, *analysis[:-1], analysis.bounds["objective"]):
        assert array is None or np.isfinite(array).all()
    has_likelihood = autoencoder.model.has_likelihood
    assert np.isfinite(analysis.bounds["iwae"]).all() == has_likelihood


def test_resynthesis_is_the_decoded_power_with_the_original_phase():
    autoencoder = build("vae")
    settings = resynthesis.Settings(64, 16, FLOOR, "mean", importance_samples=2)
    samples = np.random.default_rng(0).uniform(-1, 1, 1000)
    estimate, analysis = resynthesis.resynthesise(autoencoder, samples, settings, seed=0)
    x = stft.stft(samples, window=64, hop=16)
    y = resynthesis.analyse(autoencoder, stft.log_power(x, floor=FLOOR), settings, seed=0).power
    np.testing.assert_array_equal(analysis.power, y)
    expected = stft.istft(np.sqrt(y) * np.exp(1j * np.angle(x)), window=64, hop=16, length=1000)
    np.testing.assert_allclose(estimate, expected, rtol=1e-5, atol=1e-7)
