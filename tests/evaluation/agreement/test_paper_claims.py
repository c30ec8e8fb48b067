"""Tests of the claims of the paper: each verdict is reached where it is true."""

import math

import pytest

from sdmvae.evaluation.agreement.claims import examine
from sdmvae.evaluation.agreement.paper_claims import PAPER_CLAIMS
from sdmvae.evaluation.agreement.scored_cells import ScoredCells
from tests.support.made_up_runs import MARGINS, cells_of_the_paper, make_run

CLAIMS = {claim.name: claim for claim in PAPER_CLAIMS}


def find(name, made, margins=MARGINS, **changes):
    return examine(CLAIMS[name], ScoredCells(*make_run(made, **changes)), margins, 0.05)


def change(name, **truth):
    """Return the cells of the paper, where one cell has other true scores."""
    return [each.but(**truth) if each.name == name else each for each in cells_of_the_paper()]


def without(model):
    return [each for each in cells_of_the_paper() if each.model != model]


def test_the_cells_are_those_of_the_paper():
    assert [each.name for each in cells_of_the_paper(64)] == [
        "vae-m64",
        "vsc-a05-m64",
        "vsc-a50-m64",
        "vsc-a90-m64",
        "sdm-eye-m64",
        "sdm-dct32-m64",
        "sdm-dct64-m64",
    ]


@pytest.mark.parametrize(
    ("name", "comparisons"),
    [
        ("sparser_than_vae", 2 * 3),
        ("sparser_than_vsc", 2 * 3 * 3),
        ("quality_kept", 2 * 3 * 2),
        ("more_atoms_sparser", 2),
        ("more_stable", 2),
        ("no_tuning", 2 * 3 * 3),
    ],
)
def test_a_claim_holds_over_all_latent_dimensions(name, comparisons):
    found = find(name, [*cells_of_the_paper(32), *cells_of_the_paper(64)])
    assert found.verdict == "holds"
    assert len(found.comparisons) == found.count("holds") == comparisons
    assert (found.source, found.missing) == ("paper", "")


@pytest.mark.parametrize(
    ("name", "cell", "truth"),
    [
        ("sparser_than_vae", "sdm-eye-m32", {"hoyer": 0.2}),
        ("sparser_than_vae", "vae-m32", {"hoyer": 0.7}),
        ("sparser_than_vsc", "vsc-a05-m32", {"hoyer": 0.7}),
        ("quality_kept", "sdm-dct32-m32", {"pesq": 2.9}),
        ("quality_kept", "sdm-dct32-m32", {"estoi": 0.86}),
        ("more_atoms_sparser", "sdm-dct64-m32", {"hoyer": 0.5}),
        ("more_stable", "sdm-eye-m32", {"pesq": 1.2}),
        ("no_tuning", "vsc-a90-m32", {"pesq": 3.5}),
    ],
)
def test_a_claim_does_not_hold_if_one_comparison_shows_the_opposite(name, cell, truth):
    found = find(name, change(cell, **truth))
    assert found.verdict == "does not hold"
    assert found.count("does not hold") >= 1


@pytest.mark.parametrize(
    ("name", "cell", "truth"),
    [
        ("sparser_than_vae", "sdm-eye-m32", {"hoyer": 0.3}),
        ("quality_kept", "sdm-eye-m32", {"pesq": 3.1}),
        ("quality_kept", "sdm-eye-m32", {"estoi": 0.89}),
        ("more_atoms_sparser", "sdm-dct64-m32", {"hoyer": 0.6}),
        ("more_stable", "sdm-eye-m32", {"pesq": 2.2}),
        ("no_tuning", "vsc-a90-m32", {"pesq": 3.3}),
    ],
)
def test_a_claim_cannot_be_told_on_its_border(name, cell, truth):
    found = find(name, change(cell, **truth))
    assert found.verdict == "cannot be told"
    assert found.count("does not hold") == 0


@pytest.mark.parametrize("seeds", [1, 2])
@pytest.mark.parametrize("name", CLAIMS)
def test_few_seeds_give_no_verdict(name, seeds):
    found = find(name, cells_of_the_paper(), seeds=seeds)
    assert found.verdict is None
    assert {each.verdict for each in found.comparisons} == {None}
    assert all(math.isfinite(each.difference) for each in found.comparisons)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("sparser_than_vae", "vae"),
        ("sparser_than_vsc", "vsc"),
        ("quality_kept", "vae"),
        ("more_atoms_sparser", "sdm"),
        ("more_stable", "vsc"),
        ("no_tuning", "vsc"),
    ],
)
def test_a_claim_that_lacks_cells_is_not_examined(name, model):
    found = find(name, without(model))
    assert (list(found.comparisons), found.verdict) == ([], None)
    assert found.missing == f"It takes {CLAIMS[name].needs}."


@pytest.mark.parametrize("name", ["quality_kept", "no_tuning"])
def test_a_claim_of_quality_takes_margins(name):
    assert find(name, cells_of_the_paper(), {"hoyer": 0.1}).missing
    assert "margin" in CLAIMS[name].needs
