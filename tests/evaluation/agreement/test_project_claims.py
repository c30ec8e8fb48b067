"""Tests of the claims of this project: each verdict is reached where it is true."""

import pytest

from sdmvae.evaluation.agreement.claims import examine
from sdmvae.evaluation.agreement.project_claims import PROJECT_CLAIMS
from sdmvae.evaluation.agreement.scored_cells import ScoredCells
from tests.support.made_up_runs import MARGINS, cells_of_the_paper, make_run

CLAIMS = {claim.name: claim for claim in PROJECT_CLAIMS}


def find(name, cell="", **truth):
    """Examine a claim for the cells of the paper, where one cell may have other true scores."""
    made = [each.but(**truth) if each.name == cell else each for each in cells_of_the_paper()]
    return examine(CLAIMS[name], ScoredCells(*make_run(made)), MARGINS, 0.05)


@pytest.mark.parametrize(
    ("name", "comparisons"),
    [("sparser_beyond_scale", 3 + 3), ("more_atoms_fewer_dims", 1), ("better_likelihood", 3)],
)
def test_a_claim_holds_if_all_comparisons_do(name, comparisons):
    found = find(name)
    assert found.verdict == "holds"
    assert len(found.comparisons) == comparisons
    assert found.source == "project"


@pytest.mark.parametrize(
    ("name", "cell", "truth"),
    [
        ("sparser_beyond_scale", "vae-m32", {"hoyer_above_gaussian": 0.2}),
        ("sparser_beyond_scale", "sdm-eye-m32", {"hoyer_above_gaussian": -0.05}),
        ("more_atoms_fewer_dims", "sdm-dct64-m32", {"effective_dims": 40}),
        ("better_likelihood", "sdm-eye-m32", {"likelihood": 1650}),
    ],
)
def test_a_claim_does_not_hold_if_one_comparison_shows_the_opposite(name, cell, truth):
    assert find(name, cell, **truth).verdict == "does not hold"


@pytest.mark.parametrize(
    ("name", "cell", "truth"),
    [
        ("sparser_beyond_scale", "sdm-eye-m32", {"hoyer_above_gaussian": 0.0}),
        ("more_atoms_fewer_dims", "sdm-dct64-m32", {"effective_dims": 30}),
        ("better_likelihood", "sdm-eye-m32", {"likelihood": 1700}),
    ],
)
def test_a_claim_cannot_be_told_on_its_border(name, cell, truth):
    assert find(name, cell, **truth).verdict == "cannot be told"


def test_a_code_below_a_gaussian_one_is_not_sparse_even_if_that_of_the_vae_is_less_so():
    made = [
        each.but(hoyer_above_gaussian=-0.2 if each.model == "vae" else -0.1)
        for each in cells_of_the_paper()
    ]
    found = examine(CLAIMS["sparser_beyond_scale"], ScoredCells(*make_run(made)), MARGINS, 0.05)
    assert found.verdict == "does not hold"
    assert {each.verdict for each in found.comparisons if each.second} == {"holds"}
    assert {each.verdict for each in found.comparisons if not each.second} == {"does not hold"}


def test_the_cell_with_fewer_atoms_has_more_effective_dimensions():
    (found,) = find("more_atoms_fewer_dims").comparisons
    assert (found.first, found.second) == ("sdm-dct32-m32", "sdm-dct64-m32")
    assert found.difference == pytest.approx(10, abs=1)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_without_cells_is_not_examined(name):
    found = examine(CLAIMS[name], ScoredCells([], {}), MARGINS, 0.05)
    assert (list(found.comparisons), found.verdict) == ([], None)
    assert found.missing == f"It takes {CLAIMS[name].needs}."
