import numpy as np
import pytest
import torch
from scipy import stats

from sdmvae import models
from sdmvae.autoencoder import HIDDEN, LOG_CENTRE, LOG_SCALE, Autoencoder
from sdmvae.nn.likelihoods import Gaussian, ItakuraSaito

BINS, M, BATCH = 17, 4, 6
MODELS = {
    "vae": ("vae", {}, 4),
    "vsc": ("vsc", {"alpha": 0.3}, 4),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 7}, 7),
}


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def built(name="vae", encoder_input="log-power", seed=0):
    model, arguments, _ = MODELS[name]
    built = models.build(model, arguments, m=M, bins=BINS, generator=seeded(seed))
    return Autoencoder(BINS, M, built, ItakuraSaito(), encoder_input, seeded(seed))


def log_power(seed=1):
    return (torch.empty(BATCH, BINS).exponential_(generator=seeded(seed)) + 1e-6).log()


def layers(autoencoder):
    """Weights and biases as float64 NumPy arrays."""
    return {
        name: each.numpy().astype(np.float64) for name, each in autoencoder.state_dict().items()
    }


@pytest.mark.parametrize("name", MODELS)
def test_shapes(name):
    autoencoder, code_width = built(name), MODELS[name][2]
    heads = autoencoder.encode(autoencoder.features(log_power()))
    assert [each.shape for each in heads] == [
        (BATCH, width) for width in autoencoder.model.posterior_widths
    ]
    draw = autoencoder.model.mean(heads)
    assert autoencoder.model.code(draw).shape == (BATCH, code_width)
    assert autoencoder.decode(draw).shape == (BATCH, BINS)
    bound = autoencoder.bound(log_power(), seeded())
    assert bound.reconstruction.shape == bound.kl.shape == (BATCH,)


@pytest.mark.parametrize("name", MODELS)
def test_one_hidden_layer_of_128_on_either_side(name):
    autoencoder = built(name)
    trained = {key: tuple(each.shape) for key, each in autoencoder.named_parameters()}
    heads = sum(autoencoder.model.posterior_widths)
    assert trained == {
        "encoder.weight": (128, BINS),
        "encoder.bias": (128,),
        "heads.weight": (heads, 128),
        "heads.bias": (heads,),
        "decoder.weight": (128, M),
        "decoder.bias": (128,),
        "output.weight": (BINS, 128),
        "output.bias": (BINS,),
    }


@pytest.mark.parametrize(
    ("layer", "inputs"), [("encoder", BINS), ("heads", HIDDEN), ("decoder", M), ("output", HIDDEN)]
)
def test_initial_weights_are_uniform_within_the_limit(layer, inputs):
    weights = layers(built())
    limit = inputs**-0.5
    for each in (weights[f"{layer}.weight"], weights[f"{layer}.bias"]):
        assert np.abs(each).max() <= limit
    drawn = weights[f"{layer}.weight"].ravel() / limit
    assert drawn.max() > 0.95 and drawn.min() < -0.95
    assert abs(drawn.mean()) < 5 * (3 * drawn.size) ** -0.5
    assert drawn.std() == pytest.approx(3**-0.5, rel=0.15)


def test_initial_weights_come_from_the_generator_alone():
    first = built().state_dict()
    torch.manual_seed(5)
    second, other = built().state_dict(), built(seed=1).state_dict()
    for name, each in first.items():
        assert torch.equal(each, second[name])
        assert not torch.equal(each, other[name])


def test_encoder_of_log_power_is_that_of_power_given_its_scaled_logarithm():
    of_log, of_power = built(), built(encoder_input="power")
    scaled = (log_power() - LOG_CENTRE) / LOG_SCALE
    for one, other in zip(
        of_log.encode(of_log.features(log_power())), of_power.encode(scaled), strict=True
    ):
        torch.testing.assert_close(one, other)
    assert not torch.allclose(
        of_log.encode(of_log.features(log_power()))[0],
        of_power.encode(of_power.features(log_power()))[0],
    )


def test_an_unknown_encoder_input_is_refused():
    with pytest.raises(KeyError, match="dB"):
        built(encoder_input="dB")


@pytest.mark.parametrize("encoder_input", ["power", "log-power"])
def test_heads_by_hand(encoder_input):
    autoencoder = built("vsc", encoder_input)
    weights, frames = layers(autoencoder), log_power().numpy().astype(np.float64)
    scaled = (frames - LOG_CENTRE) / LOG_SCALE
    features = scaled if encoder_input == "log-power" else np.exp(frames)
    hidden = np.tanh(features @ weights["encoder.weight"].T + weights["encoder.bias"])
    flat = hidden @ weights["heads.weight"].T + weights["heads.bias"]
    for index, head in enumerate(autoencoder.encode(autoencoder.features(log_power()))):
        expected = flat[:, index * M : (index + 1) * M]
        np.testing.assert_allclose(head.detach(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["vae", "sdm"])
def test_both_terms_of_the_bound_by_hand(name):
    autoencoder, frames = built(name), log_power()
    weights = layers(autoencoder)
    mean, log_variance = (
        each.detach().numpy().astype(np.float64)
        for each in autoencoder.encode(autoencoder.features(frames))
    )
    noise = torch.empty(mean.shape).normal_(generator=seeded(3)).numpy()
    code = mean + np.exp(log_variance / 2) * noise
    latent = code @ weights["model.dictionary"].T if name == "sdm" else code
    hidden = np.tanh(latent @ weights["decoder.weight"].T + weights["decoder.bias"])
    y = np.exp(hidden @ weights["output.weight"].T + weights["output.bias"])
    reconstruction = (np.exp(frames.numpy()) / y + np.log(y)).sum(axis=1)
    if name == "sdm":
        kl = 0.5 * np.log(1 + mean**2 / np.exp(log_variance)).sum(axis=1)
    else:
        kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    bound = autoencoder.bound(frames, seeded(3))
    np.testing.assert_allclose(bound.reconstruction.detach(), reconstruction, rtol=1e-5)
    np.testing.assert_allclose(bound.kl.detach(), kl, rtol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_both_terms_reach_the_weights(name):
    autoencoder = built(name)
    sum(autoencoder.bound(log_power(), seeded())).mean().backward()
    for parameter in autoencoder.parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0


# The importance-weighted bound


def mixture(z, heads):
    spike, slab = stats.norm.logpdf(z, scale=0.05), stats.norm.logpdf(z)
    return np.logaddexp(np.log(0.8) + spike, np.log(0.2) + slab)


def learnt(z, heads):
    mean, log_variance = (float(each) for each in heads)
    return stats.norm.logpdf(z, scale=np.sqrt(mean**2 + np.exp(log_variance)))


def students(z, heads):
    mean, log_variance = (float(each) for each in heads)
    return stats.norm.logpdf(z, scale=np.sqrt((mean**2 + np.exp(log_variance) + 1) / 3))


# Arguments of each model, and its prior's log-density as SciPy has it.
WIDE = {
    "vae": ({}, lambda z, heads: stats.norm.logpdf(z)),
    "vsc": ({"alpha": 0.3}, lambda z, heads: np.log(0.3) + stats.norm.logpdf(z)),
    "sdm": ({"dictionary": "identity"}, learnt),
    "sdm_student": ({"dictionary": "identity", "rate": 0.5}, students),
    "mixture": ({}, mixture),
    "intel": ({"strength": 0.0}, lambda z, heads: stats.norm.logpdf(z)),
}


def narrow(name):
    """An autoencoder of one latent variable in float64, whose integrals quadrature can do."""
    model = models.build(name, WIDE[name][0], m=1, bins=BINS, generator=seeded(4))
    return Autoencoder(BINS, 1, model, ItakuraSaito(), "log-power", seeded(5)).double().eval()


def log_likelihood(name, autoencoder, frame):
    """log p(s) of one frame by quadrature over z, and the atom at zero where the prior has one."""
    heads = autoencoder.encode(autoencoder.features(frame))

    def log_likelihood_of(z):
        draws = torch.from_numpy(z)[:, None]
        return -autoencoder.likelihood.negative_log_likelihood(
            frame, autoencoder.decode(draws)
        ).numpy()

    grid = np.linspace(-12, 12, 200_000)  # even, so that it leaves out zero
    log_joint = WIDE[name][1](grid, heads) + log_likelihood_of(grid)
    total = np.logaddexp.reduce(log_joint) + np.log(grid[1] - grid[0])
    if name == "vsc":
        total = np.logaddexp(total, np.log(0.7) + log_likelihood_of(np.zeros(1))[0])
    return total


@pytest.mark.parametrize("name", WIDE)
@torch.no_grad()
def test_many_samples_give_the_likelihood_that_quadrature_has(name):
    autoencoder, frame = narrow(name), log_power().double()[:1]
    parts = autoencoder.importance_weighted_bound(frame.expand(2_000, -1), 20, seeded())
    bound = float(torch.logsumexp(parts, dim=0)) - np.log(2_000)
    assert bound == pytest.approx(log_likelihood(name, autoencoder, frame), abs=0.03)


@pytest.mark.parametrize("name", WIDE)
@torch.no_grad()
def test_one_sample_is_the_sampled_elbo(name):
    autoencoder, frames = narrow(name), log_power().double()
    heads = autoencoder.encode(autoencoder.features(frames))
    draw = autoencoder.model.sample(heads, seeded(3))
    sampled = -autoencoder.likelihood.negative_log_likelihood(frames, autoencoder.decode(draw))
    sampled -= autoencoder.model.log_ratio(heads, draw, None)
    one = autoencoder.importance_weighted_bound(frames, 1, seeded(3))
    torch.testing.assert_close(one, sampled)


@pytest.mark.parametrize("name", WIDE)
@torch.no_grad()
def test_one_sample_is_on_average_the_elbo(name):
    autoencoder, frames = narrow(name), log_power().double()[:1].expand(40_000, -1)
    reconstruction, kl, _ = autoencoder.bound(frames, seeded(1))
    elbo, one = -(reconstruction + kl), autoencoder.importance_weighted_bound(frames, 1, seeded(2))
    error = (elbo.std() ** 2 + one.std() ** 2).sqrt() / 200
    assert abs(float(elbo.mean() - one.mean())) < 5 * float(error)


@pytest.mark.parametrize("name", WIDE)
@torch.no_grad()
def test_more_samples_are_a_tighter_bound(name):
    autoencoder, frames = narrow(name), log_power().double()[:1].expand(4_000, -1)
    means = [
        float(autoencoder.importance_weighted_bound(frames, samples, seeded()).mean())
        for samples in (1, 4, 16)
    ]
    assert means[0] < means[1] < means[2]


# Frames that are no speech


def test_real_features_under_the_gaussian_likelihood():
    generator = seeded(8)
    features = torch.randn(BATCH, BINS, generator=generator) * 3 - 1
    model = models.build("vae", {}, m=M, bins=BINS, generator=generator)
    autoencoder = Autoencoder(BINS, M, model, Gaussian("log-power"), "log-power", generator)
    assert autoencoder.output.weight.shape == (2 * BINS, HIDDEN)
    bound = autoencoder.bound(features, seeded())
    assert bound.reconstruction.isfinite().all()
    (bound.reconstruction + bound.kl).mean().backward()
    assert all(each.grad.isfinite().all() for each in autoencoder.parameters())
