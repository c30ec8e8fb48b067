import pytest
import torch

from sdmvae import models
from sdmvae.models.sdm import SDM
from sdmvae.models.vae import VAE
from sdmvae.models.vsc import VSC
from sdmvae.runtime.plugins import PluginError
from tests.support import networks
from tests.support.plugin_files import add_file

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

    def latent(self, code):
        return self.share * code
'''


def build(model, arguments, m=4):
    return models.build(model, arguments, m=m, bins=9, generator=networks.seeded())


def refusal(model, arguments, m=4):
    with pytest.raises(PluginError) as caught:
        build(model, arguments, m)
    message = str(caught.value)
    assert message and "\n" not in message
    return message


@pytest.fixture
def new_model(tmp_path, monkeypatch):
    """The name of a model whose only trace is its file."""
    add_file(monkeypatch, tmp_path, models, "halved", NEW_MODEL)
    return "halved"


def test_the_names_are_those_of_all_files_but_base():
    assert {"sdm", "vae", "vsc"} <= set(models.names())
    assert "base" not in models.names()
    assert models.names() == sorted(models.names())


@pytest.mark.parametrize(
    ("model", "arguments", "definition", "widths"),
    [
        ("vae", {}, VAE, (4, 4)),
        ("vsc", {"alpha": 0.05}, VSC, (4, 4, 4)),
        ("sdm", {"dictionary": "identity"}, SDM, (4, 4)),
        ("sdm", {"dictionary": "dct", "atoms": 9}, SDM, (9, 9)),
        ("sdm", {"dictionary": "dct", "atoms": None}, SDM, (4, 4)),
    ],
)
def test_a_model_is_built_from_its_name_and_its_arguments(model, arguments, definition, widths):
    built = build(model, arguments)
    assert type(built) is definition
    assert built.posterior_widths == widths


def test_arguments_reach_the_model():
    on = torch.sigmoid(build("vsc", {"alpha": 0.9}).fixed_prior[-1])
    assert float(on) == pytest.approx(0.9)
    assert build("sdm", {"dictionary": "dct", "atoms": 9}).dictionary.shape == (4, 9)


@pytest.mark.parametrize("name", ["vea", "base", "", "VAE", "vae.x", "os", "../vae"])
def test_an_unknown_model_is_refused(name):
    message = refusal(name, {})
    assert repr(name) in message and ", ".join(models.names()) in message


@pytest.mark.parametrize(
    ("model", "arguments", "parts"),
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
        ("sdm", {"dictionary": "fourier"}, ["dictionary: 'fourier'", "there are", "identity"]),
        ("sdm", {"dictionary": ["dct"]}, ["dictionary: ['dct']"]),
        ("sdm", {"dictionary": "dct", "atoms": 0}, ["atoms: 0", "greater than or equal to 1"]),
        ("sdm", {"dictionary": "dct", "atoms": 8.0}, ["atoms: 8.0", "integer"]),
        ("sdm", {"dictionary": "dct", "atoms": "8"}, ["atoms: '8'", "integer"]),
        ("sdm", {"dictionary": "identity", "atoms": 3}, ["as many atoms", "4", "3"]),
    ],
)
def test_wrong_arguments_are_refused(model, arguments, parts):
    message = refusal(model, arguments)
    for part in parts:
        assert part in message


def test_a_combination_that_the_constructor_refuses_is_refused():
    assert "empty atom" in refusal("sdm", {"dictionary": "dct", "atoms": 2}, m=1)


def test_a_new_file_is_a_new_model(new_model):
    assert new_model in models.names()
    model = build(new_model, {"share": 0.25})
    assert torch.equal(model.latent(torch.ones(1, 4)), torch.full((1, 4), 0.25))
    assert "share: 0" in refusal(new_model, {"share": 0})
    assert "share" in refusal(new_model, {"shares": 1})


def test_a_new_model_has_the_network_of_all_models(new_model):
    bound = networks.build(new_model).bound(torch.ones(3, 9), networks.seeded())
    assert bound.reconstruction.shape == bound.kl.shape == (3,)


def test_a_file_with_two_models_is_refused(tmp_path, monkeypatch):
    text = NEW_MODEL + "\n\nclass Another(Halved):\n    pass\n"
    add_file(monkeypatch, tmp_path, models, "halved", text)
    assert "exactly one concrete LatentModel; found Another, Halved" in refusal("halved", {})


def test_a_name_may_be_written_with_an_underscore():
    assert type(build("vsc_informed", {"alpha": 0.5})) is type(
        build("vsc-informed", {"alpha": 0.5})
    )
