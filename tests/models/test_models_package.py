import sys

import pytest
import torch

from sdmvae import models
from sdmvae.models.sdm import SDM
from sdmvae.models.vae import VAE
from sdmvae.models.vsc import VSC

NEW_MODEL = '''
from typing import Annotated

import torch
from pydantic import Field

from sdmvae.models.base import LatentModel
from sdmvae.models.vae import VAE


class Halved(VAE):
    """A VAE whose code counts half."""

    def __init__(self, m: int, *, share: Annotated[float, Field(gt=0)] = 0.5) -> None:
        super().__init__(m)
        self.share = share

    def latent(self, draw):
        return self.share * draw
'''


def build(model, arguments, m=4):
    generator = torch.Generator().manual_seed(0)
    return models.build(model, arguments, m=m, bins=9, generator=generator)


def refusal(model, arguments, m=4):
    with pytest.raises(PluginError) as caught:
        build(model, arguments, m)
    message = str(caught.value)
    assert message and "\n" not in message
    return message


@pytest.fixture
def new_model(tmp_path, monkeypatch):
    """A model whose only trace is its file in a folder of the package."""
    (tmp_path / "halved.py").write_text(NEW_MODEL)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    yield "halved"
    sys.modules.pop("sdmvae.models.halved", None)
    vars(models).pop("halved", None)


def test_names_are_the_files_but_the_base():
    assert {"sdm", "vae", "vsc"} <= set(models.names())
    assert "base" not in models.names()
    assert models.names() == sorted(models.names())


@pytest.mark.parametrize(
    ("model", "arguments", "definition", "heads"),
    [
        ("vae", {}, VAE, (4, 4)),
        ("vsc", {"alpha": 0.05}, VSC, (4, 4, 4)),
        ("sdm", {"dictionary": "identity"}, SDM, (4, 4)),
        ("sdm", {"dictionary": "dct", "atoms": 9}, SDM, (9, 9)),
        ("sdm", {"dictionary": "dct", "atoms": None}, SDM, (4, 4)),
    ],
)
def test_a_model_is_built_from_its_name_and_arguments(model, arguments, definition, heads):
    built = build(model, arguments)
    assert type(built) is definition
    assert built.posterior_widths == heads


def test_arguments_arrive():
    on = torch.sigmoid(build("vsc", {"alpha": 0.9}).fixed_prior[-1])
    assert float(on) == pytest.approx(0.9)
    assert build("sdm", {"dictionary": "dct", "atoms": 9}).dictionary.shape == (4, 9)


@pytest.mark.parametrize("name", ["vea", "base", "", "VAE", "vae.x", "os", "../vae"])
def test_a_model_there_is_not(name):
    message = refusal(name, {})
    assert repr(name) in message and ", ".join(models.names()) in message


@pytest.mark.parametrize(
    ("model", "arguments", "said"),
    [
        ("vae", {"alpha": 0.5}, ["alpha: unknown key", "takes no arguments"]),
        ("vae", {"m": 3}, ["m: unknown key"]),
        ("vsc", {"alpha": 0.5, "beta": 1}, ["beta: unknown key", "vsc takes alpha"]),
        ("sdm", {"dictionnary": "dct"}, ["dictionnary: unknown key", "dictionary, atoms"]),
        ("vsc", {}, ["alpha: is missing", "vsc"]),
        ("sdm", {"atoms": 3}, ["dictionary: is missing"]),
        ("vsc", {"alpha": "0.5"}, ["alpha: '0.5'", "number"]),
        ("vsc", {"alpha": True}, ["alpha: True"]),
        ("vsc", {"alpha": None}, ["alpha: None"]),
        ("vsc", {"alpha": "half\nof it"}, ["alpha: "]),
        ("vsc", {"alpha": 0}, ["alpha: 0", "greater than 0"]),
        ("vsc", {"alpha": 1}, ["alpha: 1", "less than 1"]),
        ("vsc", {"alpha": float("nan")}, ["alpha: nan"]),
        ("sdm", {"dictionary": "fourier"}, ["dictionary: 'fourier'", "identity, dct"]),
        ("sdm", {"dictionary": ["dct"]}, ["dictionary: ['dct']"]),
        ("sdm", {"dictionary": "dct", "atoms": 0}, ["atoms: 0", "greater than or equal to 1"]),
        ("sdm", {"dictionary": "dct", "atoms": 8.0}, ["atoms: 8.0", "integer"]),
        ("sdm", {"dictionary": "dct", "atoms": "8"}, ["atoms: '8'", "integer"]),
        ("sdm", {"dictionary": "identity", "atoms": 3}, ["as many atoms", "4", "3"]),
    ],
)
def test_arguments_a_model_refuses(model, arguments, said):
    message = refusal(model, arguments)
    for each in said:
        assert each in message


def test_a_combination_the_constructor_refuses():
    assert "empty atom" in refusal("sdm", {"dictionary": "dct", "atoms": 2}, m=1)


def test_a_new_file_is_a_new_model(new_model):
    assert new_model in models.names()
    built = build(new_model, {"share": 0.25})
    assert torch.equal(built.latent(torch.ones(1, 4)), torch.full((1, 4), 0.25))
    assert "share: 0" in refusal(new_model, {"share": 0})
    assert "share" in refusal(new_model, {"shares": 1})


def test_a_new_model_has_the_network_of_all(new_model):
    configuration = {
        "model": new_model,
        "arguments": {},
        "m": 4,
        "bins": 9,
        "encoder_input": "log-power",
        "likelihood": "itakura-saito",
        "representation": "power",
    }
    generator = torch.Generator().manual_seed(0)
    autoencoder = autoencoder.build(configuration, generator)
    bound = autoencoder.bound(torch.ones(3, 9), generator)
    assert bound.reconstruction.shape == bound.kl.shape == (3,)


ARGUMENTS = {
    "sdm": {"dictionary": "identity"},
    "sdm_student": {"dictionary": "identity"},
    "intel": {"strength": 1.0},
    "vsc": {"alpha": 0.5},
    "vsc_informed": {"alpha": 0.5},
}


@pytest.mark.parametrize("name", models.names())
def test_what_a_model_anneals_lies_in_tensors_that_stay_where_they_are(name):
    """A step that was recorded takes every other attribute for a constant."""
    model = build(name, ARGUMENTS.get(name, {})).train()
    heads = tuple(torch.ones(2, width) for width in model.posterior_widths)

    def state():
        attributes = {key: each for key, each in vars(model).items() if not key.startswith("_")}
        tensors = {
            key: each.data_ptr()
            for key, each in [*model.named_parameters(), *model.named_buffers()]
        }
        return repr(attributes), tensors

    found = []
    for step in (0, 7, 40):
        model.anneal(step, 80)
        model.sample(heads, torch.Generator())
        model.constrain()
        found.append(state())
    assert found[0] == found[1] == found[2]
