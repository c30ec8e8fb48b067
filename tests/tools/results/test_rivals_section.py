"""What the page says of the models that the paper has no figures of."""

from tools.results import rivals_section


def cell(name, pesq="not told apart", above="not told apart", keeps=("keeps", "keeps")):
    """Return a cell with verdicts on its differences from the VAE."""
    return {
        "cell": name,
        "differences": {"pesq": {"verdict": pesq}, "hoyer_above_gaussian": {"verdict": above}},
        "keeps": {
            score: {"verdict": verdict}
            for score, verdict in zip(("pesq", "estoi"), keeps, strict=True)
        },
    }


def test_what_is_shown_of_each_model_is_named():
    cells = [
        cell("good", "higher"),
        cell("poor", "lower", "higher", ("not shown to keep", "keeps")),
        cell("sparse", above="higher"),
        {"cell": "without", "differences": {}, "keeps": {}},
    ]
    assert rivals_section.describe_rivals(cells) == (
        "Against the VAE of the same m, this is shown: a higher PESQ for `good`; "
        "a lower PESQ for `poor`; the same quality within the margins for `good` and `sparse`; "
        "a higher Hoyer above Gaussian for `poor` and `sparse`."
    )
    assert "a lower PESQ for none;" in rivals_section.describe_rivals(cells[:1])


def test_the_control_has_the_differences_and_says_which_are_told_apart():
    finding = {"value": 0.25, "low": 0.2, "high": 0.3, "verdict": "higher"}
    pair = {"cell": "sdm", "base": "shared", "differences": {"hoyer": finding, "pesq": finding}}
    text = rivals_section.describe_control(pair)
    assert (
        "`sdm` minus `shared`, the same model with one variance per atom, is: PESQ +0.25 " in text
    )
    assert text.endswith("Hoyer +0.250 (0.200 to 0.300) (told apart).")


def scales(*verdicts):
    """Return a run with the VAE's differences of a control and of SDM-VAE, and their verdicts."""
    cells = [
        {
            "cell": name,
            "differences": {
                score: {"value": 0.25, "low": 0.2, "high": 0.3, "verdict": verdict}
                for score in ("hoyer", "hoyer_above_gaussian")
            },
        }
        for name, verdict in zip(("shared", "sdm"), verdicts, strict=True)
    ]
    return {"control": [{"cell": "sdm", "base": "shared"}], "cells": cells}


def test_a_higher_hoyer_needs_no_variances_for_each_frame_if_the_control_has_it():
    text = rivals_section.describe_scales(scales("higher", "not told apart"))
    assert text == (
        "SDM-VAE with one variance per atom for all frames (`shared`) has a Hoyer that differs "
        "from the VAE's by **+0.250 (0.200 to 0.300)**, where `sdm` has +0.250 (0.200 to 0.300). "
        "So a higher Hoyer does not need variances for each frame. In Hoyer above Gaussian, where "
        "each dimension is divided by its standard deviation, they have "
        "**+0.250 (0.200 to 0.300)** and +0.250 (0.200 to 0.300)."
    )
    assert "So a" not in rivals_section.describe_scales(scales("not told apart", "higher"))
