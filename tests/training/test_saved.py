import json

import pytest
import safetensors.torch
import torch

from sdmvae.runtime.plugins import PluginError
from sdmvae.training import saved

CONFIGURATION = {
    "model": "sdm",
    "arguments": {"dictionary": "dct", "atoms": 6},
    "m": 4,
    "bins": 9,
    "encoder_input": "log-power",
    "likelihood": "itakura-saito",
    "representation": "power",
}
MODELS = [("vae", {}), ("vsc", {"alpha": 0.05}), ("sdm", {"dictionary": "dct", "atoms": 6})]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def folder(tmp_path):
    saved.save(tmp_path, CONFIGURATION, autoencoder.build(CONFIGURATION, seeded(1)).state_dict())
    return tmp_path


def refusal(folder):
    with pytest.raises(saved.WeightsError) as caught:
        saved.load(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder}: ") and "\n" not in message
    return message.removeprefix(f"{folder}: ")


def rewritten(folder, change):
    stored = safetensors.torch.load_file(folder / "weights.safetensors")
    change(stored)
    safetensors.torch.save_file(stored, folder / "weights.safetensors")


@pytest.mark.parametrize(("model", "arguments"), MODELS)
@pytest.mark.parametrize("encoder_input", ["power", "log-power"])
def test_round_trip(tmp_path, model, arguments, encoder_input):
    configuration = {
        **CONFIGURATION,
        "model": model,
        "arguments": arguments,
        "encoder_input": encoder_input,
    }
    original = autoencoder.build(configuration, seeded(1))
    saved.save(tmp_path, configuration, original.state_dict())
    loaded = saved.load(tmp_path)
    assert type(loaded.model) is type(original.model)
    assert loaded.state_dict().keys() == original.state_dict().keys()
    for name, each in original.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], each)
    log_power = torch.randn(3, 9, generator=seeded())
    for one, other in zip(
        original.bound(log_power, seeded()), loaded.train().bound(log_power, seeded()), strict=True
    ):
        assert torch.equal(one, other)


def test_the_same_weights_are_the_same_bytes(tmp_path):
    state = autoencoder.build(CONFIGURATION, seeded(1)).state_dict()
    orders = [
        (CONFIGURATION, state),
        (dict(reversed(CONFIGURATION.items())), dict(reversed(state.items()))),
    ]
    stored = []
    for number, (configuration, each) in enumerate(orders):
        folder = tmp_path / str(number)
        folder.mkdir()
        saved.save(folder, configuration, each)
        stored.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert stored[0] == stored[1]
    assert stored[0].keys() == {"configuration.json", "weights.safetensors"}


def test_transposed_weights_are_saved(tmp_path):
    state = autoencoder.build(CONFIGURATION, seeded(1)).state_dict()
    strided = {
        name: each.T.contiguous().T if each.ndim == 2 else each for name, each in state.items()
    }
    saved.save(tmp_path, CONFIGURATION, strided)
    for name, each in saved.load(tmp_path).state_dict().items():
        assert torch.equal(each, state[name])


def test_a_shape_that_is_not_the_models(folder):
    rewritten(folder, lambda stored: stored.update({"heads.bias": torch.zeros(11)}))
    assert refusal(folder) == "weights heads.bias: shape (11,), where the model has (12,)"


def test_a_name_that_is_missing(folder):
    rewritten(folder, lambda stored: stored.pop("encoder.weight"))
    assert refusal(folder) == "weights encoder.weight: shape none, where the model has (128, 9)"


def test_a_name_the_model_does_not_have(folder):
    rewritten(folder, lambda stored: stored.update({"more": torch.zeros(2)}))
    assert refusal(folder) == "weights more: shape (2,), where the model has none"


@pytest.mark.parametrize("name", ["configuration.json", "weights.safetensors"])
def test_a_file_that_is_missing(folder, name):
    (folder / name).unlink()
    assert "not a trained autoencoder" in refusal(folder)


def test_a_folder_that_is_missing(tmp_path):
    assert "not a trained autoencoder" in refusal(tmp_path / "none")


@pytest.mark.parametrize("length", [0, 5, 100, -1])
def test_weights_cut_short(folder, length):
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:length])
    assert "not a trained autoencoder" in refusal(folder)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"model: vae", b"\xff\xfe", b"[]", b"null", b"{}", b'"vae"']
)
def test_a_configuration_that_is_none(folder, text):
    (folder / "configuration.json").write_bytes(text)
    assert "not a trained autoencoder" in refusal(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", "vea"),
        ("model", None),
        ("arguments", {"dictionary": "fourier"}),
        ("arguments", None),
        ("m", 4.5),
        ("bins", None),
        ("encoder_input", "dB"),
        ("likelihood", "cauchy"),
        ("representation", "log-power"),
        ("m", 5),
        ("bins", 8),
    ],
)
def test_a_configuration_of_something_else(folder, key, value):
    configuration = {**CONFIGURATION, key: value}
    (folder / "configuration.json").write_text(json.dumps(configuration))
    assert refusal(folder)


@pytest.mark.parametrize(("key", "value"), [("m", "four"), ("m", -1), ("bins", -1)])
def test_a_configuration_whose_sizes_are_none(folder, key, value):
    configuration = {**CONFIGURATION, key: value}
    (folder / "configuration.json").write_text(json.dumps(configuration))
    assert "not a trained autoencoder" in refusal(folder)


@pytest.mark.parametrize("key", CONFIGURATION)
def test_a_configuration_without_a_key(folder, key):
    configuration = {name: value for name, value in CONFIGURATION.items() if name != key}
    (folder / "configuration.json").write_text(json.dumps(configuration))
    assert key in refusal(folder)


def test_a_model_that_cannot_be_built():
    with pytest.raises(PluginError, match="vea"):
        autoencoder.build({**CONFIGURATION, "model": "vea"}, seeded())


def test_initial_weights_come_from_the_generator():
    first, again, other = (
        autoencoder.build(CONFIGURATION, seeded(seed)).state_dict()["encoder.weight"]
        for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
