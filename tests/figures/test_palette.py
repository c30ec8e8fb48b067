"""All figures, also those of DVC's templates, have the colours and shapes of palette.py."""

import json

import pytest

from sdmvae.figures import palette
from tests.support import PROJECT


def find_channels(specification, channel):
    """Return each encoding of a channel that has a range, wherever it is in a specification."""
    if isinstance(specification, list):
        return [found for part in specification for found in find_channels(part, channel)]
    if not isinstance(specification, dict):
        return []
    found = [specification[channel]] if has_range(specification, channel) else []
    parts = specification.values()
    return found + [each for part in parts for each in find_channels(part, channel)]


def has_range(encoding, channel):
    value = encoding.get(channel)
    return isinstance(value, dict) and "range" in value.get("scale", {})


@pytest.mark.parametrize(
    ("name", "channel", "expected"),
    [
        ("curves", "color", palette.COLOURS),
        ("scatter", "color", palette.COLOURS),
        ("scatter", "shape", palette.SHAPES),
    ],
)
def test_templates_of_dvc_have_the_colours_and_shapes_of_the_palette(name, channel, expected):
    specification = json.loads((PROJECT / f".dvc/plots/{name}.json").read_text())
    found = [each["scale"]["range"] for each in find_channels(specification, channel)]
    assert found == [list(expected)]


@pytest.mark.parametrize("name", ["curves", "scatter"])
def test_templates_of_dvc_give_colours_to_models_in_their_order(name):
    """So a model has the colour in DVC's plots that it has in the report."""
    text = (PROJECT / f".dvc/plots/{name}.json").read_text()
    (colour,) = find_channels(json.loads(text), "color")
    assert (colour["field"], colour["sort"]) == ("model", None)
    assert '"color": "independent"' not in text


def test_colours_and_shapes_are_distinct():
    assert len(set(palette.COLOURS)) == len(palette.COLOURS)
    assert len(set(palette.SHAPES)) == len(palette.SHAPES)


def test_a_name_keeps_its_colour_when_it_appears_again():
    assert palette.assign_colours(["vae", "sdm", "vae"]) == {
        "vae": palette.COLOURS[0],
        "sdm": palette.COLOURS[1],
    }


def test_shapes_go_to_latent_dimensions_in_the_order_of_size():
    assert palette.assign_shapes([64, 32, 64]) == {32: "circle", 64: "square"}


def test_more_names_than_colours_start_again_with_the_first():
    names = [str(number) for number in range(len(palette.COLOURS) + 1)]
    assert palette.assign_colours(names)[names[-1]] == palette.COLOURS[0]


def test_variants_of_one_model_have_different_dashes():
    variants = [("a", "x"), ("b", "y"), ("c", "x"), ("a", "x"), ("d", "y")]
    found = palette.assign_dashes(variants)
    assert found["a"] == found["b"] == palette.DASHES[0]
    assert found["c"] == found["d"] == palette.DASHES[1]
    many = palette.assign_dashes((str(number), "x") for number in range(len(palette.DASHES)))
    assert len(set(many.values())) == len(palette.DASHES)
