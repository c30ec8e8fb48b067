"""Tests of priors that are fitted to a trained model."""

import numpy as np
import pytest
import torch

from sdmvae.evaluation import fitted_priors
from sdmvae.nn.priors import GaussianMixture, ProductMixture
from tests.support import networks, trainings
from tests.support.networks import one_thread

__all__ = ["one_thread"]


def samples_of(model, arguments=None, seed=0):
    autoencoder = networks.build(model, arguments).eval()
    return fitted_priors.sample_aggregate_posterior(autoencoder, trainings.frames(400), seed)


def test_samples_are_of_the_posterior_of_evenly_spaced_frames(monkeypatch):
    monkeypatch.setattr(fitted_priors, "FRAMES", 5)
    autoencoder, frames = networks.build().eval(), trainings.frames(401)
    found = fitted_priors.sample_aggregate_posterior(autoencoder, frames, seed=3)
    chosen = torch.from_numpy(frames[[0, 100, 200, 300, 400]])
    with torch.no_grad():
        posterior = autoencoder.encode(autoencoder.encoder_input(chosen))
        expected = autoencoder.model.sample(posterior, networks.seeded(3))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("model", "arguments", "kind"),
    [
        ("vae", None, GaussianMixture),
        ("sdm", {"dictionary": "dct", "atoms": 5}, GaussianMixture),
        ("intel", {"strength": 1.0}, GaussianMixture),
        ("vsc", {"alpha": 0.5}, ProductMixture),
        ("vsc-informed", {"alpha": 0.5}, ProductMixture),
    ],
)
def test_every_model_gets_both_priors(model, arguments, kind):
    samples = samples_of(model, arguments)
    priors = fitted_priors.fit_to_samples(samples, seed=0)
    assert list(priors) == ["gaussian", "mixture"]
    assert isinstance(priors["gaussian"], ProductMixture)
    assert isinstance(priors["mixture"], kind)
    assert len(priors["gaussian"].log_weights) == 1
    assert len(priors["mixture"].log_weights) == len(samples) // fitted_priors.LEAST_FRAMES
    values = torch.from_numpy(samples)
    gaussian, mixture = (float(prior.log_density(values).mean()) for prior in priors.values())
    assert mixture > gaussian


@pytest.mark.parametrize(
    ("model", "arguments"), [("vaease", None), ("vsc-thresholded", {"threshold": 0.5})]
)
def test_a_model_whose_decoder_sees_the_posterior_gets_none(model, arguments):
    assert samples_of(model, arguments) is None
    autoencoder = networks.build(model, arguments).eval()
    assert fitted_priors.fit(autoencoder, trainings.frames(400), seed=0) == {}


def test_no_mixture_has_more_components_than_frames_allow():
    for frames, components in ((30, 1), (250, 2), (9_999, 32)):
        samples = np.random.default_rng(0).standard_normal((frames, 2)).astype(np.float32)
        assert (
            len(fitted_priors.fit_to_samples(samples, seed=0)["mixture"].log_weights) == components
        )


def test_priors_are_saved_and_loaded(tmp_path):
    for model, arguments in (("vae", None), ("vsc", {"alpha": 0.5})):
        priors = fitted_priors.fit_to_samples(samples_of(model, arguments), seed=0)
        folder = tmp_path / model
        fitted_priors.save(folder, priors)
        loaded = fitted_priors.load(folder)
        assert list(loaded) == list(priors)
        for name, prior in priors.items():
            assert type(loaded[name]) is type(prior)
            for key, tensor in prior.state_dict().items():
                assert torch.equal(loaded[name].state_dict()[key], tensor)


def test_a_folder_without_priors_loads_none_and_a_missing_one_is_an_error(tmp_path):
    fitted_priors.save(tmp_path / "none", {})
    assert fitted_priors.load(tmp_path / "none") == {}
    with pytest.raises(FileNotFoundError):
        fitted_priors.load(tmp_path / "missing")


@pytest.mark.parametrize("content", [b"{", b"7", b"\xff"])
def test_a_broken_list_of_priors_is_named_in_one_line(tmp_path, content):
    fitted_priors.save(tmp_path / "vae-m3", {})
    (tmp_path / "vae-m3/priors.json").write_bytes(content)
    with pytest.raises(fitted_priors.PriorError, match=r"priors\.json: not a list") as caught:
        fitted_priors.load(tmp_path / "vae-m3")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"not safetensors", None])
def test_a_broken_prior_is_named_in_one_line(tmp_path, content):
    folder = tmp_path / "vae-m3"
    fitted_priors.save(folder, fitted_priors.fit_to_samples(samples_of("vae"), seed=0))
    path = folder / "mixture.safetensors"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(
        fitted_priors.PriorError, match=r"mixture\.safetensors: not a prior"
    ) as caught:
        fitted_priors.load(folder)
    assert "\n" not in str(caught.value)
