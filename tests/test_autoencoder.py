from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy import stats

from sdmvae import autoencoder as autoencoders
from sdmvae.autoencoder import (
    LOG_CENTRE,
    LOG_SCALE,
    Decoder,
    Encoder,
    importance_weighted_bound,
)
from sdmvae.nn.priors import GaussianMixture, ProductMixture
from sdmvae.runtime.plugins import PluginError
from tests.support import networks
from tests.support.networks import configuration, one_thread, seeded

__all__ = ["one_thread"]

BINS, M, BATCH, HIDDEN = 17, 4, 6, 128
MODELS = {
    "vae": ("vae", {}, 4),
    "vsc": ("vsc", {"alpha": 0.3}, 4),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 7}, 7),
}


def build(name="vae", **changes):
    model, arguments, _ = MODELS[name]
    return networks.build(model, arguments, **{"m": M, "bins": BINS, "hidden": [HIDDEN], **changes})


def log_power():
    return networks.log_power(BATCH, BINS)


def weights_of(autoencoder):
    """Return weights and biases by name, as NumPy arrays in float64."""
    return {
        name: tensor.numpy().astype(np.float64) for name, tensor in autoencoder.state_dict().items()
    }


def layers_of(autoencoder, part):
    """Return the weights and biases of the layers of the encoder or the decoder."""
    weights = weights_of(autoencoder)
    prefix = f"{part}.perceptron.layers"
    count = sum(name.startswith(prefix) for name in weights) // 2
    return [
        (weights[f"{prefix}.{number}.weight"], weights[f"{prefix}.{number}.bias"])
        for number in range(count)
    ]


def perceptron(layers, x):
    """Return the outputs of a perceptron, computed with NumPy."""
    *hidden, (last_weight, last_bias) = layers
    for weight, bias in hidden:
        x = np.tanh(x @ weight.T + bias)
    return x @ last_weight.T + last_bias


@pytest.mark.parametrize("name", MODELS)
def test_everything_has_its_shape(name):
    autoencoder, code_width = build(name), MODELS[name][2]
    posterior = autoencoder.encode(autoencoder.encoder_input(log_power()))
    widths = autoencoder.model.posterior_widths
    assert [tensor.shape for tensor in posterior] == [(BATCH, width) for width in widths]
    code = autoencoder.model.mean_code(posterior)
    assert code.shape == (BATCH, code_width)
    assert autoencoder.decode(code).shape == (BATCH, BINS)
    bound = autoencoder.bound(log_power(), seeded())
    assert bound.reconstruction.shape == bound.kl.shape == (BATCH,)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("hidden", [[128], [64, 16], [64, 32, 16]])
def test_the_decoder_has_the_hidden_layers_of_the_encoder_in_the_reverse_order(name, hidden):
    autoencoder = build(name, hidden=hidden)
    outputs = sum(autoencoder.model.posterior_widths)
    expected = {}
    for part, widths in {
        "encoder": [BINS, *hidden, outputs],
        "decoder": [M, *reversed(hidden), BINS],
    }.items():
        for number, (inputs, outputs) in enumerate(pairwise(widths)):
            expected[f"{part}.perceptron.layers.{number}.weight"] = (outputs, inputs)
            expected[f"{part}.perceptron.layers.{number}.bias"] = (outputs,)
    shapes = {name: tuple(tensor.shape) for name, tensor in autoencoder.named_parameters()}
    assert shapes == expected


@pytest.mark.parametrize(
    ("part", "number", "inputs"),
    [("encoder", 0, BINS), ("encoder", 1, HIDDEN), ("decoder", 0, M), ("decoder", 1, HIDDEN)],
)
def test_initial_weights_are_uniform_within_the_limit(part, number, inputs):
    weight, bias = layers_of(build(), part)[number]
    limit = inputs**-0.5
    for array in (weight, bias):
        assert np.abs(array).max() <= limit
    scaled = weight.ravel() / limit
    assert scaled.max() > 0.95 and scaled.min() < -0.95
    assert abs(scaled.mean()) < 5 * (3 * scaled.size) ** -0.5
    assert scaled.std() == pytest.approx(3**-0.5, rel=0.15)


def test_initial_weights_come_from_the_generator_alone():
    first = build().state_dict()
    torch.manual_seed(5)
    again, other = build().state_dict(), build(seed=1).state_dict()
    for name, tensor in first.items():
        assert torch.equal(tensor, again[name])
        assert not torch.equal(tensor, other[name])


def test_initial_weights_are_sampled_for_the_model_then_the_encoder_then_the_decoder():
    generator = seeded()
    random = torch.nn.functional.normalize(
        torch.randn(M, 7, generator=generator, dtype=torch.float64), dim=0
    ).float()
    expected = []
    for inputs, outputs in ((BINS, HIDDEN), (HIDDEN, 14), (M, HIDDEN), (HIDDEN, BINS)):
        limit = inputs**-0.5
        for shape in ((outputs, inputs), (outputs,)):
            expected.append(torch.empty(shape).uniform_(-limit, limit, generator=generator))
    sdm = configuration(
        "sdm", {"dictionary": "random", "atoms": 7}, m=M, bins=BINS, hidden=[HIDDEN]
    )
    autoencoder = autoencoders.build(sdm, seeded())
    torch.testing.assert_close(autoencoder.model.dictionary, random)
    for parameter, values in zip(autoencoder.parameters(), expected, strict=True):
        assert torch.equal(parameter, values)


def test_the_encoder_input_log_power_is_the_scaled_logarithm_of_the_power():
    autoencoder = build()
    scaled = (log_power() - LOG_CENTRE) / LOG_SCALE
    torch.testing.assert_close(autoencoder.encoder_input(log_power()), scaled)
    of_power = build(encoder_input="power")
    torch.testing.assert_close(of_power.encoder_input(log_power()), log_power().exp())


def test_an_unknown_encoder_input_is_refused():
    with pytest.raises(KeyError, match="dB"):
        build(encoder_input="dB")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "vea"}, "model: 'vea'"),
        ({"likelihood": "cauchy"}, "likelihood: 'cauchy'"),
        ({"representation": "log-power"}, "representation: 'log-power'"),
        ({"arguments": {"alpha": 0.5}}, "alpha: unknown key"),
    ],
)
def test_an_unknown_part_is_refused(changes, message):
    with pytest.raises(PluginError, match=message):
        autoencoders.build(configuration(**changes), seeded())


@pytest.mark.parametrize("hidden", [[HIDDEN], [8, 5]])
@pytest.mark.parametrize("encoder_input", ["power", "log-power"])
def test_the_parameters_of_the_posterior_agree_with_numpy(encoder_input, hidden):
    autoencoder = build("vsc", encoder_input=encoder_input, hidden=hidden)
    frames = log_power().numpy().astype(np.float64)
    scaled = (frames - LOG_CENTRE) / LOG_SCALE
    inputs = scaled if encoder_input == "log-power" else np.exp(frames)
    outputs = perceptron(layers_of(autoencoder, "encoder"), inputs)
    posterior = autoencoder.encode(autoencoder.encoder_input(log_power()))
    for index, parameter in enumerate(posterior):
        expected = outputs[:, index * M : (index + 1) * M]
        np.testing.assert_allclose(parameter.detach(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("hidden", [[HIDDEN], [8, 5]])
@pytest.mark.parametrize("name", ["vae", "sdm"])
def test_both_terms_of_the_bound_agree_with_numpy(name, hidden):
    autoencoder, frames = build(name, hidden=hidden), log_power()
    mean, log_variance = (
        tensor.detach().numpy().astype(np.float64)
        for tensor in autoencoder.encode(autoencoder.encoder_input(frames))
    )
    noise = torch.empty(mean.shape).normal_(generator=seeded(3)).numpy()
    code = mean + np.exp(log_variance / 2) * noise
    latent = code @ weights_of(autoencoder)["model.dictionary"].T if name == "sdm" else code
    y = np.exp(perceptron(layers_of(autoencoder, "decoder"), latent))
    reconstruction = (np.exp(frames.numpy()) / y + np.log(y)).sum(axis=1)
    if name == "sdm":
        kl = 0.5 * np.log(1 + mean**2 / np.exp(log_variance)).sum(axis=1)
    else:
        kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    bound = autoencoder.bound(frames, seeded(3))
    np.testing.assert_allclose(bound.reconstruction.detach(), reconstruction, rtol=1e-5)
    np.testing.assert_allclose(bound.kl.detach(), kl, rtol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_every_weight_has_a_gradient(name):
    autoencoder = build(name)
    sum(autoencoder.bound(log_power(), seeded())).mean().backward()
    for parameter in autoencoder.parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0


# Networks of one's own


class OwnEncoder(Encoder):
    def __init__(self, widths):
        super().__init__()
        self.layers = torch.nn.ModuleList(torch.nn.Linear(BINS, width) for width in widths)

    def forward(self, encoder_input):
        return tuple(layer(encoder_input) for layer in self.layers)


class OwnDecoder(Decoder):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(M, BINS)

    def forward(self, z):
        return self.layer(z)


def test_an_encoder_and_a_decoder_can_be_passed():
    encoder, decoder = OwnEncoder([M, M]), OwnDecoder()
    autoencoder = autoencoders.build(
        configuration(m=M, bins=BINS), seeded(), encoder=encoder, decoder=decoder
    )
    assert autoencoder.encoder is encoder and autoencoder.decoder is decoder
    assert set(autoencoder.parameters()) == {*encoder.parameters(), *decoder.parameters()}
    posterior = encoder(autoencoder.encoder_input(log_power()))
    z = autoencoder.model.sample(posterior, seeded(1))
    bound = autoencoder.bound(log_power(), seeded(1))
    expected = autoencoder.likelihood.negative_log_likelihood(log_power(), decoder(z))
    torch.testing.assert_close(bound.reconstruction, expected)
    torch.testing.assert_close(bound.kl, autoencoder.model.kl(posterior, z, None))
    bound.reconstruction.mean().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in autoencoder.parameters())


def test_the_other_network_is_the_default_one():
    given = configuration(m=M, bins=BINS)
    autoencoder = autoencoders.build(given, seeded(), decoder=OwnDecoder())
    default = autoencoders.build(given, seeded())
    for name, tensor in default.encoder.state_dict().items():
        assert torch.equal(autoencoder.encoder.state_dict()[name], tensor)


def test_an_encoder_and_a_decoder_have_to_define_forward():
    for definition in (Encoder, Decoder):
        with pytest.raises(TypeError, match="abstract"):
            definition()


# The importance-weighted bound


def mixture(z, posterior):
    spike, slab = stats.norm.logpdf(z, scale=0.05), stats.norm.logpdf(z)
    return np.logaddexp(np.log(0.8) + spike, np.log(0.2) + slab)


def fitted(z, posterior):
    mean, log_variance = (float(tensor) for tensor in posterior)
    return stats.norm.logpdf(z, scale=np.sqrt(mean**2 + np.exp(log_variance)))


def student(z, posterior):
    return stats.t.logpdf(z, 2, scale=np.sqrt(0.5))


# The arguments of a model, and the log-density of its prior computed with SciPy.
PRIORS = {
    "vae": ({}, lambda z, posterior: stats.norm.logpdf(z)),
    "vsc": ({"alpha": 0.3}, lambda z, posterior: np.log(0.3) + stats.norm.logpdf(z)),
    "sdm": ({"dictionary": "identity"}, fitted),
    "sdm-student": ({"dictionary": "identity", "rate": 0.5}, student),
    "mixture": ({}, mixture),
    "intel": ({"strength": 0.0}, lambda z, posterior: stats.norm.logpdf(z)),
}


def one_dimensional(name):
    """Return an autoencoder of one latent variable, over which quadrature can integrate."""
    autoencoder = networks.build(name, PRIORS[name][0], seed=4, m=1, bins=BINS, hidden=[HIDDEN])
    return autoencoder.double().eval()


def log_likelihood(autoencoder, frame, log_prior, probability_of_zero=0.0):
    """Return log p(s) of one frame by quadrature over z, with the prior's atom at 0 if any."""
    posterior = autoencoder.encode(autoencoder.encoder_input(frame))

    def log_likelihood_given(z):
        output = autoencoder.decode(torch.from_numpy(z)[:, None])
        return -autoencoder.likelihood.negative_log_likelihood(frame, output).numpy()

    grid = np.linspace(-12, 12, 100_000)  # an even number of points, so that 0 is not among them
    log_joint = log_prior(grid, posterior) + log_likelihood_given(grid)
    total = np.logaddexp.reduce(log_joint) + np.log(grid[1] - grid[0])
    if probability_of_zero:
        at_zero = np.log(probability_of_zero) + log_likelihood_given(np.zeros(1))[0]
        total = np.logaddexp(total, at_zero)
    return total


def estimate(autoencoder, frame, log_priors=()):
    """Return log p(s) of one frame from 40,000 samples, under the last prior that is given."""
    *_, weights = autoencoder.importance_weights(frame.expand(2_000, -1), 20, seeded(), log_priors)
    return float(torch.logsumexp(importance_weighted_bound(weights), dim=0)) - np.log(2_000)


@pytest.mark.parametrize("name", PRIORS)
@torch.no_grad()
def test_many_samples_give_the_likelihood_that_quadrature_gives(name):
    autoencoder, frame = one_dimensional(name), log_power().double()[:1]
    zero = 0.7 if name == "vsc" else 0.0
    expected = log_likelihood(autoencoder, frame, PRIORS[name][1], zero)
    assert estimate(autoencoder, frame) == pytest.approx(expected, abs=0.03)


def two_gaussians(z, posterior):
    near, far = stats.norm.logpdf(z, 0.5, 0.8), stats.norm.logpdf(z, -1.0, 1.5)
    return np.logaddexp(np.log(0.4) + near, np.log(0.6) + far)


def spike_and_gaussian(z, posterior):
    return np.log(0.2) + stats.norm.logpdf(z, 0.5, 0.8)


@pytest.mark.parametrize("name", ["vae", "sdm", "sdm-student", "mixture", "vsc"])
@torch.no_grad()
def test_another_prior_gives_the_likelihood_that_quadrature_gives_under_it(name):
    autoencoder, frame = one_dimensional(name), log_power().double()[:1]
    if name == "vsc":
        odds = np.log(0.2) - np.log(0.8)
        parameters = ([0.0], [[0.5]], [[2 * np.log(0.8)]], [[odds]])
        prior = ProductMixture(*map(torch.tensor, parameters))
        expected = log_likelihood(autoencoder, frame, spike_and_gaussian, 0.8)
    else:
        parameters = (np.log([0.4, 0.6]), [[0.5], [-1.0]], [[[1 / 0.8]], [[1 / 1.5]]])
        prior = GaussianMixture(*map(torch.tensor, parameters))
        expected = log_likelihood(autoencoder, frame, two_gaussians)
    found = estimate(autoencoder, frame, [prior.log_density])
    assert found == pytest.approx(expected, abs=0.03)


# Frames that are not speech


def test_real_numbers_can_be_modelled_with_the_gaussian_likelihood():
    features = torch.randn(BATCH, BINS, generator=seeded(8)) * 3 - 1
    autoencoder = build(likelihood="gaussian", representation="log-power")
    assert layers_of(autoencoder, "decoder")[-1][0].shape == (2 * BINS, HIDDEN)
    bound = autoencoder.bound(features, seeded())
    assert bound.reconstruction.isfinite().all()
    (bound.reconstruction + bound.kl).mean().backward()
    assert all(parameter.grad.isfinite().all() for parameter in autoencoder.parameters())
