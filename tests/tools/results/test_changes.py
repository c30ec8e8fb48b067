"""The parameters in which two runs differ."""

import pytest
from ruamel.yaml import YAML

from sdmvae.params import Params
from tests.support.small_project import PARAMETERS
from tools.results import changes


def parameters(**sections):
    """Return the parameters of the small project, with some values of its sections replaced."""
    values = YAML(typ="safe", pure=True).load(PARAMETERS)
    for section, replaced in sections.items():
        values[section] = (
            {**values[section], **replaced} if isinstance(replaced, dict) else replaced
        )
    return Params.model_validate(values)


def test_every_parameter_that_differs_is_named_with_both_values():
    other = parameters(
        train={"learning_rate": 2e-3, "encoder_input": "power"}, network={"hidden": [8, 4]}
    )
    assert changes.find_changes(parameters(), other) == {
        "train.learning_rate": [1e-3, 2e-3],
        "train.encoder_input": ["log-power", "power"],
        "network.hidden": [[16], [8, 4]],
    }


@pytest.mark.parametrize(
    "sections",
    [
        pytest.param({"train": {"seeds": [0, 1]}}, id="seeds"),
        pytest.param({"train": {"device": "cuda"}}, id="device"),
        pytest.param({"latent_dims": ["m4"]}, id="latent dimensions"),
        pytest.param({"variants": {"laplace": {"model": "laplace"}}}, id="one more variant"),
        pytest.param({"corpus": {"root": "elsewhere"}}, id="the place of the corpus"),
    ],
)
def test_what_only_adds_or_lacks_cells_is_no_difference(sections):
    base, other = parameters(), parameters(**sections)
    assert base != other
    assert changes.find_changes(base, other) == changes.find_changes(other, base) == {}


def test_a_variant_that_both_have_can_differ():
    other = parameters(variants={"vsc-a50": {"model": "vsc", "alpha": 0.6}})
    assert changes.find_changes(parameters(), other) == {"variants.vsc-a50.alpha": [0.5, 0.6]}
    network = parameters(variants={"vae": {"model": "vae", "network": {"hidden": [8]}}})
    changed = changes.find_changes(parameters(), network)
    assert changed["variants.vae.network.hidden"] == [None, [8]]


@pytest.mark.parametrize(
    ("sections", "same"),
    [
        ({"train": {"learning_rate": 2e-3}}, True),
        ({"train": {"representation": "magnitude"}}, False),
        ({"stft": {"floor": 1e-7}}, False),
        ({"split": {"seed": 1}}, False),
    ],
)
def test_losses_are_compared_only_if_the_frames_and_the_likelihood_are_the_same(sections, same):
    changed = changes.find_changes(parameters(), parameters(**sections))
    assert changed
    assert changes.have_same_frames(changed) is same
