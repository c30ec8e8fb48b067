"""Which model is best for which purpose, and what it costs in the other scores."""

import pytest

from tests.support.made_up_runs import identity, make_run, vae
from tools.results import kept_quality, purposes

COST = {
    "variants": {
        "vae": {"median": 1.0, "least": 1.0, "greatest": 1.0},
        "sdm": {"median": 1.4, "least": 1.2, "greatest": 1.5},
        "laplace": {"median": 1.1, "least": 0.9, "greatest": 1.3},
    }
}


def cell(variant, best, **means):
    return {
        "cell": f"{variant}-m4",
        "variant": variant,
        "best": best,
        "scores": {name: {"mean": mean, "sd": 0.0} for name, mean in means.items()},
    }


RUN = {
    "cells": [
        cell("vae", ["estoi"], pesq=3.0, estoi=0.9, hoyer_above_gaussian=0.0, likelihood=90.0),
        cell(
            "sdm",
            ["pesq", "estoi", "likelihood"],
            **{"pesq": 3.2, "estoi": 0.9, "hoyer_above_gaussian": 0.1, "likelihood": 100.0},
        ),
        cell(
            "laplace",
            ["hoyer_above_gaussian"],
            **{"pesq": 2.0, "estoi": 0.5, "hoyer_above_gaussian": 0.25},
        ),
    ],
    "sparsest_of_kept": ["vae-m4", "sdm-m4"],
}


def rows(run=RUN, cost=COST):
    lines = purposes.purposes_table(run, cost).splitlines()
    return [[entry.strip() for entry in line.strip("|").split("|")] for line in lines[2:]]


def test_quality_needs_the_best_pesq_and_the_best_estoi():
    quality = rows()[0]
    assert quality[1:3] == ["PESQ and ESTOI", "`sdm-m4`"]
    assert quality[3] == (
        "Hoyer above Gaussian 0.150 below the best; a step takes 1.40 times the VAE's"
    )


def test_what_only_some_cells_cost_is_said_of_these():
    sparsity = rows()[1]
    assert sparsity[2] == "`vae-m4` and `sdm-m4`"
    assert sparsity[3] == (
        "PESQ 0.20 below the best (`vae-m4`); Log-likelihood 10.0 below the best (`vae-m4`); "
        "a step takes 1.00 to 1.40 times the VAE's"
    )


def test_training_is_fast_if_a_step_is_not_slower_than_the_fastest_in_every_round():
    fast = rows()[3]
    assert fast[:3] == ["fast training", "time of a step", "`vae-m4` and `laplace-m4`"]
    assert "PESQ 0.20 to 1.20 below the best" in fast[3]


def test_what_was_not_measured_has_no_row():
    older = {"cells": RUN["cells"]}
    assert [row[0] for row in rows(older, None)] == [rows()[0][0], rows()[2][0]]
    assert "step" not in purposes.purposes_table(older, None)


def test_without_verdicts_no_cell_is_named():
    (quality, _) = rows({"cells": [{**each, "best": []} for each in RUN["cells"]]}, None)
    assert quality[2:] == ["cannot be told", "nothing that is shown"]


@pytest.mark.parametrize(
    ("verdict", "sparsity", "sparsest"),
    [
        ("keeps", 0.3, ["sdm-eye-m32"]),
        ("keeps", 0.0, ["vae-m32", "sdm-eye-m32"]),
        ("not shown to keep", 0.3, ["vae-m32"]),
    ],
)
def test_only_cells_that_keep_the_pesq_compete_in_sparsity(verdict, sparsity, sparsest):
    cells, utterances = make_run([vae(), identity(hoyer_above_gaussian=sparsity)])
    described = [
        {**cells[0], "base": None, "keeps": {}},
        {**cells[1], "base": "vae-m32", "keeps": {"pesq": {"verdict": verdict}}},
    ]
    assert kept_quality.find_sparsest(described, utterances, 0.05) == sparsest
