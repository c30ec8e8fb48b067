"""Samples of the models' own priors, against the distributions of SciPy."""

import numpy as np
import pytest
import torch
from scipy import stats

from tests.support import networks

FRAMES = 4_000


def samples(model, arguments=None, change=lambda model: None):
    network = networks.build(model, arguments).eval()
    change(network.model)
    generator = networks.seeded(5)
    drawn = network.model.sample_prior(FRAMES, generator, network.encode)
    assert drawn.shape == (FRAMES, 3) and drawn.dtype == torch.float32
    return drawn.detach().numpy().astype(float)


def assert_is_of(values, distribution):
    assert stats.kstest(values.ravel(), distribution.cdf).pvalue > 1e-3


@pytest.mark.parametrize(("model", "arguments"), [("vae", {}), ("intel", {"strength": 1.0})])
def test_a_standard_normal_prior(model, arguments):
    assert_is_of(samples(model, arguments), stats.norm())


def test_a_laplace_prior_has_its_scale():
    assert_is_of(samples("laplace", {"scale": 0.3}), stats.laplace(scale=0.3))


def test_shared_variances_are_those_of_the_dimensions():
    gamma = torch.tensor([0.1, 1.0, 9.0])
    drawn = samples("sdm-shared", {"dictionary": "identity"}, lambda m: m.gamma.copy_(gamma))
    assert_is_of(drawn / gamma.sqrt().numpy(), stats.norm())


def test_the_hyperprior_makes_a_student_t():
    arguments = {"dictionary": "identity", "shape": 0.5, "rate": 0.2}
    scale = np.sqrt(0.2 / 1.5)
    assert_is_of(samples("sdm-student", arguments), stats.t(df=3, scale=scale))


def test_a_mixture_has_the_probabilities_of_both_gaussians():
    drawn = samples("mixture", {"spike": 0.8})
    for bound in (0.02, 0.1, 1.0):
        expected = 0.8 * stats.norm(scale=0.05).cdf(bound) + 0.2 * stats.norm().cdf(bound)
        assert (drawn < bound).mean() == pytest.approx(expected, abs=0.02)


def test_a_spike_and_slab_has_zeros_and_a_normal_slab():
    drawn = samples("vsc", {"alpha": 0.25})
    assert (drawn == 0).mean() == pytest.approx(0.75, abs=0.02)
    assert_is_of(drawn[drawn != 0], stats.norm())


def test_the_informed_prior_has_the_zeros_of_its_pseudo_inputs():
    network = networks.build("vsc-informed", {"alpha": 0.5}).eval()
    with torch.no_grad():
        mean, _, log_odds = network.encode(network.model.pseudo_inputs)
        drawn = network.model.sample_prior(FRAMES, networks.seeded(5), network.encode)
    on = torch.sigmoid(log_odds)
    np.testing.assert_allclose((drawn != 0).double().mean(0), on.mean(0), atol=0.04)
    np.testing.assert_allclose(drawn.double().mean(0), (on * mean).mean(0), atol=0.08)


@pytest.mark.parametrize(
    ("model", "arguments"),
    [
        ("sdm", {"dictionary": "identity"}),
        ("sdm-student", {"dictionary": "identity", "shape": -1.0, "rate": 0.1}),
        ("vaease", {}),
        ("vsc-thresholded", {"threshold": 0.5}),
    ],
)
def test_a_model_without_one_prior_for_all_frames_has_none_to_draw_from(model, arguments):
    network = networks.build(model, arguments).eval()
    assert network.model.sample_prior(4, networks.seeded(), network.encode) is None
