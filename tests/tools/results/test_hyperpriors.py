"""Cells by their hyperprior: their order, their table, their figure and what is said of them."""

import pytest

from tests.support.made_up_runs import MadeUpCell, dct, identity, make_run, vae
from tools.results import hyperprior_figure, hyperprior_section, hyperpriors


def student(name, m=32, pesq=3.0, **arguments):
    arguments = {"dictionary": "identity", **arguments}
    return MadeUpCell(name, "sdm_student", arguments, m, {"pesq": pesq, "hoyer_above_gaussian": 0})


CELLS = [
    vae(pesq=3.0),
    student("wide", shape=8),
    student("default", pesq=2.0),
    student("high-rate", rate=1, pesq=2.5),
    identity(pesq=3.0),
    student("low-rate", rate=1e-4, pesq=2.0),
    student("below", shape=-0.5),
]
PAIR = [student("a"), student("b", rate=1)]
ORDER = ["sdm-eye-m32", "below", "low-rate", "default", "high-rate", "wide", "vae-m32"]


def made_up(cells=CELLS):
    described, utterances = make_run(cells)
    described = [{**cell, "dims_in_use": None} for cell in described]
    return described, utterances


@pytest.fixture(scope="module")
def run():
    """What is collected of the cells of `CELLS`."""
    return made_up_run(CELLS)


def made_up_run(cells):
    """Return what is collected of a run, as far as the section needs it."""
    described, utterances = made_up(cells)
    kept = [
        {
            **cell,
            "scores": {
                name: {"mean": cell[name], "sd": 0.01}
                for name in hyperpriors.SCORES
                if cell[name] is not None
            },
        }
        for cell in described
    ]
    return {"cells": kept, "hyperpriors": hyperpriors.describe(described, utterances, 0.05)}


def test_cells_go_from_no_tuning_by_shape_and_rate_to_the_vae_whatever_their_names():
    assert [cell["cell"] for cell in hyperpriors.order(made_up()[0])] == ORDER


def test_what_a_cell_does_not_set_is_the_models_own():
    (default,) = make_run([student("default")])[0]
    assert hyperpriors.read_hyperprior(default) == (0.0, 0.01)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([vae(), identity()], id="no hyperprior"),
        pytest.param([vae(), identity(), student("a")], id="one cell, which is a rival"),
        pytest.param([identity(), *PAIR], id="no VAE"),
        pytest.param([vae(), *PAIR], id="no SDM-VAE"),
        pytest.param([vae(64), identity(), *PAIR], id="a VAE of another m"),
        pytest.param([vae(), dct(64), *PAIR], id="another dictionary"),
    ],
)
def test_without_hyperprior_or_without_both_ends_there_is_nothing_to_show(cells):
    run = made_up_run(cells)
    assert run["hyperpriors"] == []
    assert hyperprior_section.find_run({"made-up": run}) is None


def test_differences_are_from_the_prior_without_tuning(run):
    described = run["hyperpriors"]
    assert [each["cell"] for each in described] == ORDER
    assert described[0]["differences"] == {}
    verdicts = [each["differences"]["pesq"]["verdict"] for each in described[1:]]
    told, same = "lower", "not told apart"
    assert verdicts == [same, told, told, told, same, same]
    assert all("dims_in_use" not in each["differences"] for each in described)


def test_the_table_has_one_row_per_cell_and_no_numbers_at_the_ends(run):
    table = hyperprior_section.hyperprior_table(run).splitlines()
    rows = [[entry.strip() for entry in line.strip("|").split("|")] for line in table]
    assert [row[0].strip("`") for row in rows[2:]] == ORDER
    assert [row[1:3] for row in rows[2:5]] == [["–", "–"], ["−0.5", "0.01"], ["0", "0.0001"]]
    assert rows[-1][1:3] == ["–", "–"]
    assert rows[4][-2].startswith("**−") and rows[-1][-1] not in ("", "–")


def test_the_sentences_are_computed_from_the_rates_and_the_verdicts(run):
    by_name = {cell["cell"]: cell["pesq"] for cell in run["cells"]}
    values = [by_name[name] for name in ("low-rate", "default", "high-rate")]
    sentence = hyperprior_section.describe_rates(run)
    assert sentence.startswith("At shape 0, over 3 rates from 0.0001 to 1, the means lie in")
    assert f"PESQ between {min(values):.2f} and {max(values):.2f}" in sentence
    told = hyperprior_section.describe_told(run)
    assert "PESQ tells `low-rate`, `default` and `high-rate` apart from it" in told
    assert told.endswith("Hoyer above Gaussian tells no cell apart from it.")


def test_the_run_with_most_such_cells_is_shown(run):
    small = made_up_run([vae(), identity(), student("a")])
    assert hyperprior_section.find_run({"small": small, "large": run}) is run


def test_the_other_tables_keep_both_ends(run):
    kept = hyperprior_section.leave_out_hyperpriors(run)
    assert [cell["cell"] for cell in kept] == ["vae-m32", "sdm-eye-m32"]
    assert len(hyperprior_section.leave_out_hyperpriors({"cells": kept})) == 2


def test_the_figure_is_a_png_file_with_the_same_bytes_every_time(run):
    first = hyperprior_figure.draw(run["cells"], run["hyperpriors"])
    assert first.startswith(b"\x89PNG")
    assert first == hyperprior_figure.draw(run["cells"], run["hyperpriors"])


def test_the_rates_of_one_shape_stand_side_by_side(run):
    described = run["hyperpriors"]
    assert hyperprior_figure.find_spans(described) == [(2, 4)]
    labels = hyperprior_figure.label_places(described)
    assert labels[1:3] == ["a = −0.5\nb = 0.01", "a = 0\nb = 0.0001"]
    assert len(labels) == len(ORDER)
