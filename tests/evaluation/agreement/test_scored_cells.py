"""Tests of which cells claims are about, and which of them are paired."""

import pytest

from sdmvae.evaluation.agreement.scored_cells import Pair, ScoredCells, pair_atoms, pair_up
from tests.support.made_up_runs import MadeUpCell, dct, identity, make_run, vae, vsc


def names(cells):
    return [cell["cell"] for cell in cells]


def test_cells_are_found_by_their_model_and_have_no_beta():
    made = [
        vae(32),
        MadeUpCell("vae-b4-m32", "vae", {"beta": 4.0}, 32),
        MadeUpCell("vae-wide-m32", "vae", {}, 32),
        vae(64),
        vsc(0.5),
        MadeUpCell("vsc-b2-m32", "vsc", {"alpha": 0.5, "beta": 2.0}, 32),
        MadeUpCell("informed-m32", "vsc_informed", {"alpha": 0.5}, 32),
        identity(),
        dct(64),
        MadeUpCell("sdm-b2-m32", "sdm", {"dictionary": "identity", "beta": 2.0}, 32),
        MadeUpCell("student-m32", "sdm_student", {"dictionary": "identity"}, 32),
    ]
    run = ScoredCells(*make_run(made))
    assert names(run.vae) == ["vae-m32", "vae-m64"]
    assert names(run.vsc) == ["vsc-a50-m32"]
    assert names(run.sdm) == ["sdm-eye-m32", "sdm-dct64-m32"]


def test_cells_are_paired_with_all_cells_of_their_latent_dimension():
    run = ScoredCells(*make_run([identity(32), identity(64), vsc(0.5, 32), vsc(0.9, 32), vae(16)]))
    assert pair_up("pesq", run.sdm, run.vsc) == [
        ("pesq", "sdm-eye-m32", "vsc-a50-m32"),
        ("pesq", "sdm-eye-m32", "vsc-a90-m32"),
    ]
    assert pair_up("pesq", run.sdm, run.vae) == []


def test_cells_are_paired_by_their_number_of_atoms():
    as_many_as_m = MadeUpCell("sdm-dct-m32", "sdm", {"dictionary": "dct"}, 32)
    learned = {"dictionary": "dct", "atoms": 99, "learned": True}
    made = [dct(48), as_many_as_m, dct(64), identity(), dct(64, 64)]
    made.append(MadeUpCell("sdm-learned-m32", "sdm", learned, 32))
    found = pair_atoms(ScoredCells(*make_run(made)), "hoyer")
    assert sorted((first, second) for _, first, second in found) == [
        ("sdm-dct48-m32", "sdm-dct-m32"),
        ("sdm-dct64-m32", "sdm-dct-m32"),
        ("sdm-dct64-m32", "sdm-dct48-m32"),
    ]


def test_a_pair_without_a_second_cell_is_the_first_cell_itself():
    cells, utterances = make_run([identity(hoyer=0.5), vae()])
    run = ScoredCells(cells, utterances)
    table = utterances["sdm-eye-m32"]
    mean = table.groupby("speaker")["hoyer"].mean().mean()
    alone = Pair("hoyer", "sdm-eye-m32")
    assert run.estimate(alone).value == pytest.approx(mean)
    assert run.values(alone) == pytest.approx((mean, 0))
    both = Pair("hoyer", "sdm-eye-m32", "vae-m32")
    first, second = run.values(both)
    assert run.estimate(both).value == pytest.approx(first - second)
