"""Tests of the published figures."""

import pytest

from sdmvae.evaluation.published import Published, published

IDENTITY = {"dictionary": "identity"}
DCT32 = {"dictionary": "dct", "atoms": 32}
DCT64 = {"dictionary": "dct", "atoms": 64}

POSTER = [
    # model, arguments, m, PESQ, STOI, Hoyer
    ("vae", {}, 32, 3.29, 0.85, 0.40),
    ("vae", {}, 64, 3.26, 0.85, 0.56),
    ("vsc", {"alpha": 0.05}, 32, 3.00, 0.81, 0.57),
    ("vsc", {"alpha": 0.05}, 64, 3.25, 0.84, 0.51),
    ("vsc", {"alpha": 0.5}, 32, 3.25, 0.84, 0.54),
    ("vsc", {"alpha": 0.5}, 64, 3.32, 0.85, 0.65),
    ("vsc", {"alpha": 0.9}, 32, 3.25, 0.84, 0.47),
    ("vsc", {"alpha": 0.9}, 64, 3.26, 0.85, 0.60),
    ("sdm", IDENTITY, 32, 3.33, 0.86, 0.64),
    ("sdm", IDENTITY, 64, 3.45, 0.87, 0.73),
    ("sdm", DCT32, 32, 3.37, 0.86, 0.66),
    ("sdm", DCT32, 64, 3.28, 0.84, 0.66),
    ("sdm", DCT64, 32, 3.32, 0.86, 0.87),
    ("sdm", DCT64, 64, 3.33, 0.86, 0.76),
]


@pytest.mark.parametrize(("model", "arguments", "m", "pesq", "stoi", "hoyer"), POSTER)
def test_published_figures_are_those_of_the_poster(model, arguments, m, pesq, stoi, hoyer):
    figures = published(model, arguments, m)
    assert figures == Published(pesq=pesq, stoi=stoi, hoyer=hoyer)


@pytest.mark.parametrize(
    ("model", "arguments", "m"),
    [
        ("vsc", {"alpha": 0.4}, 32),
        ("vsc", {}, 32),
        ("vsc", {"alpha": 0.5, "informed": True}, 32),
        ("vae", {"beta": 4.0}, 32),
        ("vae", {}, 16),
        ("sdm", {"dictionary": "dct"}, 32),
        ("sdm", {"dictionary": "dct", "atoms": 48}, 64),
        ("sdm", {"atoms": 32}, 32),
        ("vaes", {}, 32),
    ],
)
def test_any_other_cell_has_no_published_figures(model, arguments, m):
    assert published(model, arguments, m) is None
