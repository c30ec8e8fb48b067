import json

import pytest
import safetensors.torch
import torch

from sdmvae import autoencoder as autoencoders
from sdmvae.dsp import audio_file
from sdmvae.params import RATE, Transform
from sdmvae.training import saved
from tests.support.networks import configuration, seeded

CONFIGURATION = configuration("sdm", {"dictionary": "dct", "atoms": 6}, m=4, hidden=[128])
FIELDS = CONFIGURATION.model_dump()
MODELS = [("vae", {}), ("vsc", {"alpha": 0.05}), ("sdm", {"dictionary": "dct", "atoms": 6})]


def build(of=CONFIGURATION, seed=1):
    return autoencoders.build(of, seeded(seed))


@pytest.fixture
def folder(tmp_path):
    """A folder that holds a trained autoencoder."""
    saved.save(tmp_path, CONFIGURATION, build().state_dict())
    return tmp_path


def refusal(folder):
    """Return the message with which a folder is refused, without the folder's name."""
    with pytest.raises(saved.WeightsError) as caught:
        saved.load(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder}: ") and "\n" not in message
    return message.removeprefix(f"{folder}: ")


def change_weights(folder, change):
    weights = safetensors.torch.load_file(folder / "weights.safetensors")
    change(weights)
    safetensors.torch.save_file(weights, folder / "weights.safetensors")


def write_configuration(folder, fields):
    (folder / "configuration.json").write_text(json.dumps(fields))


@pytest.mark.parametrize(("model", "arguments"), MODELS)
@pytest.mark.parametrize("encoder_input", ["power", "log-power"])
@pytest.mark.parametrize("hidden", [[128], [8, 4]])
def test_an_autoencoder_is_read_as_it_was_written(
    tmp_path, model, arguments, encoder_input, hidden
):
    of = configuration(model, arguments, m=4, encoder_input=encoder_input, hidden=hidden)
    original = build(of)
    saved.save(tmp_path, of, original.state_dict())
    loaded = saved.load(tmp_path)
    assert not loaded.training
    assert type(loaded.model) is type(original.model)
    assert loaded.state_dict().keys() == original.state_dict().keys()
    for name, tensor in original.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)
    log_power = torch.randn(3, 9, generator=seeded())
    for term, loaded_term in zip(
        original.bound(log_power, seeded()), loaded.train().bound(log_power, seeded()), strict=True
    ):
        assert torch.equal(term, loaded_term)


def test_the_same_weights_give_the_same_bytes(tmp_path):
    weights = build().state_dict()
    contents = []
    for number, ordered in enumerate((weights, dict(reversed(weights.items())))):
        folder = tmp_path / str(number)
        folder.mkdir()
        saved.save(folder, CONFIGURATION, ordered)
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert contents[0] == contents[1]
    assert contents[0].keys() == {"configuration.json", "weights.safetensors"}


def test_the_configuration_is_plain_json(folder):
    assert json.loads((folder / "configuration.json").read_text()) == FIELDS


def test_transposed_weights_are_saved(tmp_path):
    weights = build().state_dict()
    transposed = {
        name: tensor.T.contiguous().T if tensor.ndim == 2 else tensor
        for name, tensor in weights.items()
    }
    saved.save(tmp_path, CONFIGURATION, transposed)
    for name, tensor in saved.load(tmp_path).state_dict().items():
        assert torch.equal(tensor, weights[name])


BIAS, WEIGHT = "encoder.perceptron.layers.1.bias", "encoder.perceptron.layers.0.weight"


def test_a_wrong_shape_is_refused(folder):
    change_weights(folder, lambda weights: weights.update({BIAS: torch.zeros(11)}))
    assert refusal(folder) == f"weights {BIAS}: shape (11,), where the model has (12,)"


def test_a_missing_name_is_refused(folder):
    change_weights(folder, lambda weights: weights.pop(WEIGHT))
    assert refusal(folder) == f"weights {WEIGHT}: shape none, where the model has (128, 9)"


def test_an_unknown_name_is_refused(folder):
    change_weights(folder, lambda weights: weights.update({"more": torch.zeros(2)}))
    assert refusal(folder) == "weights more: shape (2,), where the model has none"


@pytest.mark.parametrize("name", ["configuration.json", "weights.safetensors"])
def test_a_missing_file_is_refused(folder, name):
    (folder / name).unlink()
    assert "not a trained autoencoder" in refusal(folder)


def test_a_missing_folder_is_refused(tmp_path):
    assert "not a trained autoencoder" in refusal(tmp_path / "none")


@pytest.mark.parametrize("length", [0, 5, 100, -1])
def test_weights_that_are_cut_short_are_refused(folder, length):
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:length])
    assert "not a trained autoencoder" in refusal(folder)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"model: vae", b"\xff\xfe", b"[]", b"null", b"{}", b'"vae"']
)
def test_a_file_that_is_no_configuration_is_refused(folder, text):
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
        ("hidden", [64]),
        ("hidden", [128, 128]),
        ("hidden", []),
        ("hidden", 128),
    ],
)
def test_a_configuration_of_another_network_is_refused(folder, key, value):
    write_configuration(folder, {**FIELDS, key: value})
    assert refusal(folder)


@pytest.mark.parametrize(("key", "value"), [("m", "four"), ("m", -1), ("bins", -1)])
def test_a_size_that_is_not_a_positive_number_is_refused(folder, key, value):
    write_configuration(folder, {**FIELDS, key: value})
    assert "not a trained autoencoder" in refusal(folder)


TRANSFORM = {"rate": 16_000, "window": 16, "hop": 4, "floor": 1e-6}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"hop": 9}, "hop 9 is more than half the window 16"),
        ({"hop": 0}, "transform.hop"),
        ({"window": 18}, "9 bins do not come of a window of 18"),
        ({"rate": 8_000}, "transform.rate"),
        ({"floor": 0}, "transform.floor"),
    ],
)
def test_a_transform_that_cannot_have_made_the_frames_is_refused(folder, change, reason):
    write_configuration(folder, {**FIELDS, "transform": {**TRANSFORM, **change}})
    assert reason in refusal(folder)


def test_frames_that_are_made_in_another_way_are_refused(folder):
    write_configuration(folder, {**FIELDS, "transform": TRANSFORM})
    saved.check_transform(folder, Transform(**TRANSFORM))
    with pytest.raises(saved.WeightsError, match="was trained with the hop 4, not 8"):
        saved.check_transform(folder, Transform(**{**TRANSFORM, "hop": 8}))


def test_frames_of_the_users_own_have_no_transform_to_check(folder):
    saved.check_transform(folder, Transform(**TRANSFORM))


def test_the_rate_of_a_transform_is_that_of_all_speech():
    assert RATE == audio_file.SAMPLE_RATE


@pytest.mark.parametrize("key", FIELDS)
def test_a_configuration_without_a_key_is_refused(folder, key):
    write_configuration(folder, {name: value for name, value in FIELDS.items() if name != key})
    assert key in refusal(folder)
