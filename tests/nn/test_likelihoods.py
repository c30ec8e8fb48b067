import numpy as np
import pytest
import torch
from scipy import stats

from sdmvae.nn import likelihoods
from sdmvae.nn.divergences import itakura_saito
from sdmvae.nn.likelihoods.gaussian import LEAST_VARIANCE, REPRESENTATIONS
from sdmvae.nn.likelihoods.itakura_saito import ItakuraSaito
from sdmvae.runtime.plugins import PluginError
from tests.support.arguments import representations
from tests.support.networks import build, normal, seeded
from tests.support.plugin_files import add_file

BATCH, BINS = 4, 6
ALL = [(name, kind) for name in likelihoods.names() for kind in representations(name)]

NEW_LIKELIHOOD = '''
import torch

from sdmvae.nn.likelihoods.base import Likelihood


class Laplace(Likelihood):
    """A Laplace distribution of the log-power, of scale 1."""

    outputs = 1

    def __init__(self, *, representation: str) -> None:
        if representation != "log-power":
            raise ValueError(f"representation: {representation!r}: take log-power")

    def negative_log_likelihood(
        self, log_power: torch.Tensor, output: torch.Tensor
    ) -> torch.Tensor:
        return (log_power - output).abs().sum(-1)

    def expected_power(self, output: torch.Tensor) -> torch.Tensor:
        return torch.exp(output)

    def sample_power(self, output: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        pair = torch.empty(2, *output.shape).exponential_(generator=generator)
        return torch.exp(output + pair[0] - pair[1])
'''


def log_power():
    return normal(BATCH, BINS)


def check_shapes(name, representation):
    likelihood = likelihoods.build(name, representation)
    output = normal(BATCH, BINS * likelihood.outputs, seed=1)
    assert likelihood.negative_log_likelihood(log_power(), output).shape == (BATCH,)
    assert likelihood.expected_power(output).shape == (BATCH, BINS)
    assert (likelihood.expected_power(output) >= 0).all()
    drawn, again, other = (likelihood.sample_power(output, seeded(seed)) for seed in (3, 3, 4))
    assert drawn.shape == (BATCH, BINS) and (drawn >= 0).all()
    assert torch.equal(drawn, again) and not torch.equal(drawn, other)


def check_gradients(name, representation):
    likelihood = likelihoods.build(name, representation)
    output = normal(BATCH, BINS * likelihood.outputs, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda output: likelihood.negative_log_likelihood(log_power(), output), output
    )


def check_network(name, representation):
    autoencoder = build(bins=BINS, likelihood=name, representation=representation)
    bound = autoencoder.bound(log_power().float(), seeded())
    (bound.reconstruction + bound.kl).mean().backward()
    for parameter in autoencoder.parameters():
        assert parameter.grad.isfinite().all()


CHECKS = (check_shapes, check_gradients, check_network)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("name", "representation"), ALL)
def test_every_likelihood_keeps_the_contract(name, representation, check):
    check(name, representation)


@pytest.mark.parametrize("check", CHECKS)
def test_a_new_file_is_a_new_likelihood(tmp_path, monkeypatch, check):
    add_file(monkeypatch, tmp_path, likelihoods, "laplace", NEW_LIKELIHOOD)
    assert "laplace" in likelihoods.names()
    assert representations("laplace") == ["log-power"]
    check("laplace", "log-power")


def test_itakura_saito_is_the_divergence_and_estimates_the_variance():
    likelihood, output = likelihoods.build("itakura-saito", "power"), normal(BATCH, BINS, seed=1)
    torch.testing.assert_close(
        likelihood.negative_log_likelihood(log_power(), output), itakura_saito(log_power(), output)
    )
    torch.testing.assert_close(likelihood.expected_power(output), output.exp())


FROM_LOG_POWER = {
    "power": np.exp,
    "magnitude": lambda log_power: np.exp(log_power / 2),
    "log-power": lambda log_power: log_power,
}


@pytest.mark.parametrize("representation", FROM_LOG_POWER)
def test_the_gaussian_likelihood_is_that_of_scipy(representation):
    likelihood = likelihoods.build("gaussian", representation)
    mean, raw = normal(BATCH, BINS, seed=1), normal(BATCH, BINS, seed=2)
    loss = likelihood.negative_log_likelihood(log_power(), torch.cat([mean, raw], dim=-1))
    deviation = np.sqrt(raw.exp().numpy() + LEAST_VARIANCE)
    value = FROM_LOG_POWER[representation](log_power().numpy())
    expected = -stats.norm.logpdf(value, mean.numpy(), deviation).sum(axis=1)
    np.testing.assert_allclose(loss, expected, rtol=1e-10)


def test_the_gaussian_likelihood_takes_three_representations():
    assert set(representations("gaussian")) == set(FROM_LOG_POWER) == set(REPRESENTATIONS)


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_a_power_is_the_same_after_its_representation(representation):
    from_log_power, to_power = REPRESENTATIONS[representation]
    torch.testing.assert_close(to_power(from_log_power(log_power())), log_power().exp())


def test_itakura_saito_draws_an_exponential_variable_of_its_variance():
    likelihood, output = likelihoods.build("itakura-saito", "power"), torch.tensor([[-1.0, 2.0]])
    drawn = likelihood.sample_power(output.expand(4_000, 2), seeded(5)).numpy()
    for power, variance in zip(drawn.T, output[0].exp().tolist(), strict=True):
        assert stats.kstest(power, stats.expon(scale=variance).cdf).pvalue > 1e-3


@pytest.mark.parametrize("representation", FROM_LOG_POWER)
def test_the_gaussian_likelihood_draws_its_representation(representation):
    likelihood = likelihoods.build("gaussian", representation)
    output = torch.tensor([[9.0, np.log(0.3)]]).expand(4_000, 2)  # nearly never below zero
    drawn = likelihood.sample_power(output, seeded(5)).double().log().numpy()
    value = FROM_LOG_POWER[representation](drawn).ravel()
    expected = stats.norm(9, np.sqrt(0.3 + LEAST_VARIANCE))
    assert stats.kstest(value, expected.cdf).pvalue > 1e-3


@pytest.mark.parametrize("representation", ["power", "magnitude"])
def test_a_mean_below_zero_gives_no_power(representation):
    likelihood = likelihoods.build("gaussian", representation)
    output = torch.full((1, 4), -2.0)
    assert torch.equal(likelihood.expected_power(output), torch.zeros(1, 2))


def test_a_frame_that_recurs_has_a_bounded_likelihood():
    likelihood = likelihoods.build("gaussian", "log-power")
    frame = torch.full((1, 2), 1e-6).log()
    losses = [
        float(likelihood.negative_log_likelihood(frame, torch.tensor([[*frame[0], raw, raw]])))
        for raw in (-20.0, -200.0, -2e4)
    ]
    assert np.isfinite(losses).all()
    assert max(losses) - min(losses) < 1e-3


def test_itakura_saito_is_of_power_by_default():
    output = normal(BATCH, BINS)
    assert torch.equal(ItakuraSaito().expected_power(output), output.exp())


@pytest.mark.parametrize(
    ("name", "representation", "message"),
    [
        ("itakura-saito", "log-power", "representation: 'log-power'.*take representation power"),
        ("itakura-saito", "magnitude", "representation: 'magnitude'.*take representation power"),
        ("gaussian", "dB", "representation: 'dB': there are power, magnitude, log-power"),
        ("cauchy", "power", "likelihood: 'cauchy': there are gaussian,"),
        ("base", "power", "likelihood: 'base': there are gaussian,"),
    ],
)
def test_an_unknown_likelihood_or_representation_is_refused(name, representation, message):
    with pytest.raises(PluginError, match=message) as caught:
        likelihoods.build(name, representation)
    assert "\n" not in str(caught.value)
