"""What is kept of the cells of a run."""

import json

import pytest

from sdmvae import params
from sdmvae.evaluation.statistics import estimates, seed_scores
from tests.support.made_up_runs import cells_of_the_paper, make_run
from tests.support.small_project import PARAMETERS
from tools.results import cells as collected_cells


def complete(cells, utterances):
    """Give cells and utterances the scores that the made-up run does not have."""
    names = [score.name for score in collected_cells.comparison.COMPARED]
    cells = [{**dict.fromkeys(names, 0.5), "dims": cell["m"], "seeds": 3, **cell} for cell in cells]
    tables = {
        cell: table.assign(**{name: 0.5 for name in names if name not in table})
        for cell, table in utterances.items()
    }
    return cells, tables


def test_every_cell_has_its_scores_and_its_difference_from_the_vae():
    cells, utterances = complete(*make_run(cells_of_the_paper()))
    rows = collected_cells.describe_cells(params.read(PARAMETERS), cells, utterances)
    assert [row["cell"] for row in rows] == [cell["cell"] for cell in cells]
    json.dumps(rows, allow_nan=False)
    vae, sdm = rows[0], rows[4]
    assert vae["base"] is None and vae["differences"] == {} and vae["keeps"] == {}
    assert sdm["base"] == vae["cell"]
    assert sdm["published"]["pesq"] == 3.33 and sdm["seeds"] == 3
    assert sdm["scores"]["pesq"]["mean"] == cells[4]["pesq"]
    expected = estimates.difference(
        *(
            seed_scores.from_table(row["cell"], utterances[row["cell"]], "hoyer")
            for row in (sdm, vae)
        )
    )
    assert sdm["differences"]["hoyer"]["value"] == pytest.approx(expected.value, abs=1e-5)
    assert sdm["differences"]["hoyer"]["verdict"] == "higher"
    assert set(sdm["keeps"]) == {"pesq", "estoi"}


def test_shared_variances_are_the_control_of_those_for_each_frame():
    cells, utterances = complete(*make_run(cells_of_the_paper()))
    shared = {**cells[4], "cell": "sdm-shared-m32", "model": "sdm_shared"}
    tables = {**utterances, "sdm-shared-m32": utterances[cells[4]["cell"]]}
    (pair,) = collected_cells.describe_control(params.read(PARAMETERS), [*cells, shared], tables)
    assert (pair["cell"], pair["base"]) == (cells[4]["cell"], "sdm-shared-m32")
    assert pair["differences"]["pesq"]["value"] == 0
