import numpy as np
import pytest
import torch
from scipy import stats

from sdmvae.nn import likelihoods
from sdmvae.nn.divergences import itakura_saito

BATCH, BINS = 4, 6
MADE = [
    ("itakura-saito", "power"),
    ("gaussian", "power"),
    ("gaussian", "magnitude"),
    ("gaussian", "log-power"),
]


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def log_power():
    return normal(BATCH, BINS)


@pytest.mark.parametrize(("name", "representation"), MADE)
def test_shapes(name, representation):
    likelihood = likelihoods.build(name, representation)
    output = normal(BATCH, BINS * likelihood.outputs, seed=1)
    assert likelihood.negative_log_likelihood(log_power(), output).shape == (BATCH,)
    assert likelihood.expected_power(output).shape == (BATCH, BINS)
    assert (likelihood.expected_power(output) >= 0).all()


def test_itakura_saito_is_the_divergence_and_y_the_estimate():
    likelihood, output = likelihoods.build("itakura-saito", "power"), normal(BATCH, BINS, seed=1)
    torch.testing.assert_close(
        likelihood.negative_log_likelihood(log_power(), output), itakura_saito(log_power(), output)
    )
    torch.testing.assert_close(likelihood.expected_power(output), output.exp())


FORWARD = {"power": np.exp, "magnitude": lambda log_s: np.exp(log_s / 2), "log-power": lambda s: s}


@pytest.mark.parametrize("representation", FORWARD)
def test_gaussian_as_scipy_has_it(representation):
    likelihood = likelihoods.build("gaussian", representation)
    mean, raw = normal(BATCH, BINS, seed=1), normal(BATCH, BINS, seed=2)
    found = likelihood.negative_log_likelihood(log_power(), torch.cat([mean, raw], dim=-1))
    deviation = np.sqrt(raw.exp().numpy() + likelihoods.LEAST_VARIANCE)
    value = FORWARD[representation](log_power().numpy())
    expected = -stats.norm.logpdf(value, mean.numpy(), deviation).sum(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize("representation", likelihoods.REPRESENTATIONS)
def test_a_power_goes_to_its_representation_and_back(representation):
    of_log_power, to_power = likelihoods.REPRESENTATIONS[representation]
    torch.testing.assert_close(to_power(of_log_power(log_power())), log_power().exp())


@pytest.mark.parametrize("representation", ["power", "magnitude"])
def test_a_mean_below_zero_is_no_power(representation):
    likelihood = likelihoods.build("gaussian", representation)
    output = torch.full((1, 4), -2.0)
    assert torch.equal(likelihood.expected_power(output), torch.zeros(1, 2))


def test_a_frame_that_recurs_has_a_bounded_likelihood():
    likelihood = likelihoods.build("gaussian", "log-power")
    log_s = torch.full((1, 2), 1e-6).log()
    values = [
        float(likelihood.negative_log_likelihood(log_s, torch.tensor([[*log_s[0], raw, raw]])))
        for raw in (-20.0, -200.0, -2e4)
    ]
    assert np.isfinite(values).all()
    assert max(values) - min(values) < 1e-3


@pytest.mark.parametrize(("name", "representation"), MADE)
def test_gradients_against_finite_differences(name, representation):
    likelihood = likelihoods.build(name, representation)
    output = normal(BATCH, BINS * likelihood.outputs, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda out: likelihood.negative_log_likelihood(log_power(), out), output
    )


@pytest.mark.parametrize(
    ("name", "representation"),
    [("itakura-saito", "log-power"), ("itakura-saito", "magnitude"), ("cauchy", "power")],
)
def test_what_there_is_not_is_refused(name, representation):
    with pytest.raises(ValueError, match="no likelihood"):
        likelihoods.build(name, representation)


def test_a_representation_there_is_not_is_refused():
    with pytest.raises(KeyError, match="dB"):
        likelihoods.build("gaussian", "dB")
