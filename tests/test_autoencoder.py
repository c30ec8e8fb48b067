import numpy as np
import pytest
import torch

from sdmvae import models
from sdmvae.autoencoder import HIDDEN, LOG_CENTRE, LOG_SCALE, Autoencoder

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
    return Autoencoder(BINS, M, models.build(model, M, arguments), encoder_input, seeded(seed))


def power(seed=1):
    return torch.empty(BATCH, BINS).exponential_(generator=seeded(seed)) + 1e-6


def layers(autoencoder):
    """Weights and biases as float64 NumPy arrays."""
    return {
        name: each.numpy().astype(np.float64) for name, each in autoencoder.state_dict().items()
    }


@pytest.mark.parametrize("name", MODELS)
def test_shapes(name):
    autoencoder, code_width = built(name), MODELS[name][2]
    heads = autoencoder.encode(power())
    assert [each.shape for each in heads] == [(BATCH, width) for width in autoencoder.model.heads]
    code = autoencoder.model.code(heads)
    assert code.shape == (BATCH, code_width)
    assert autoencoder.decode(code).shape == (BATCH, BINS)
    bound = autoencoder.bound(power(), seeded())
    assert bound.reconstruction.shape == bound.kl.shape == (BATCH,)


@pytest.mark.parametrize("name", MODELS)
def test_one_hidden_layer_of_128_on_either_side(name):
    autoencoder = built(name)
    trained = {key: tuple(each.shape) for key, each in autoencoder.named_parameters()}
    heads = sum(autoencoder.model.heads)
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
    scaled = (power().log() - LOG_CENTRE) / LOG_SCALE
    for one, other in zip(of_log.encode(power()), of_power.encode(scaled), strict=True):
        torch.testing.assert_close(one, other)
    assert not torch.allclose(of_log.encode(power())[0], of_power.encode(power())[0])


def test_an_unknown_encoder_input_is_refused():
    with pytest.raises(KeyError, match="dB"):
        built(encoder_input="dB")


@pytest.mark.parametrize("encoder_input", ["power", "log-power"])
def test_heads_by_hand(encoder_input):
    autoencoder = built("vsc", encoder_input)
    weights, frames = layers(autoencoder), power().numpy().astype(np.float64)
    scaled = (np.log(frames) - LOG_CENTRE) / LOG_SCALE
    features = scaled if encoder_input == "log-power" else frames
    hidden = np.tanh(features @ weights["encoder.weight"].T + weights["encoder.bias"])
    flat = hidden @ weights["heads.weight"].T + weights["heads.bias"]
    for index, head in enumerate(autoencoder.encode(power())):
        expected = flat[:, index * M : (index + 1) * M]
        np.testing.assert_allclose(head.detach(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["vae", "sdm"])
def test_both_terms_of_the_bound_by_hand(name):
    autoencoder, frames = built(name), power()
    weights = layers(autoencoder)
    mean, log_variance = (
        each.detach().numpy().astype(np.float64) for each in autoencoder.encode(frames)
    )
    noise = torch.empty(mean.shape).normal_(generator=seeded(3)).numpy()
    code = mean + np.exp(log_variance / 2) * noise
    latent = code @ weights["model.dictionary"].T if name == "sdm" else code
    hidden = np.tanh(latent @ weights["decoder.weight"].T + weights["decoder.bias"])
    y = np.exp(hidden @ weights["output.weight"].T + weights["output.bias"])
    reconstruction = (frames.numpy() / y + np.log(y)).sum(axis=1)
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
    sum(autoencoder.bound(power(), seeded())).mean().backward()
    for parameter in autoencoder.parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0
