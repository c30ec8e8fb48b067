"""Colours of the page, in both modes: they come from one file, and their contrast is enough."""

import re

import pytest

from sdmvae.figures import palette
from tests.report.conftest import TEMPLATES

HEX = r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b"
TEXTS = ("ink", "soft", "accent", "up", "down")
GROUNDS = ("paper", "shade", "warn", "chosen")


def read_modes():
    text = (TEMPLATES / "colours.css").read_text()
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    colours = [dict(re.findall(r"--([\w-]+): (#\w{6});", each)) for each in (light, dark)]
    return {"light": colours[0], "dark": colours[1]}


def luminance(colour):
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_has_enough_contrast_on_every_ground(mode):
    colours = read_modes()[mode]
    found = {(t, g): contrast(colours[t], colours[g]) for t in TEXTS for g in GROUNDS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_edges_of_controls_and_focus_have_enough_contrast(mode):
    colours = read_modes()[mode]
    for name in ("edge", "focus", "warn-edge"):
        assert contrast(colours[name], colours["paper"]) >= 3, name


def test_both_modes_have_the_same_colours():
    modes = read_modes()
    assert set(modes["light"]) == set(modes["dark"])


def test_colours_of_models_stand_out_on_the_dark_ground():
    paper = read_modes()["dark"]["paper"]
    assert tuple(palette.DARK_COLOURS) == palette.COLOURS
    assert len(set(palette.DARK_COLOURS.values())) == len(palette.COLOURS)
    for colour in palette.DARK_COLOURS.values():
        assert contrast(colour, paper) >= 4.5


def test_styles_of_sections_name_no_colour_of_their_own():
    for path in TEMPLATES.glob("*.css"):
        values = re.findall(r":([^;{}]*)[;}]", path.read_text())
        found = [value for value in values if re.search(HEX, value)]
        assert path.name == "colours.css" or found == [], path
