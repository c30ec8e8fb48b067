"""Tests of everything together, and of the numbers that are kept."""

import json
import math

import pytest

from sdmvae.evaluation.agreement import compute
from sdmvae.evaluation.agreement.correlation import correlate
from tests.support.made_up_runs import MARGINS, cells_of_the_paper, make_run


def leaves(value):
    """Yield all values of nested dictionaries; lists are refused."""
    assert not isinstance(value, list | tuple)
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    else:
        yield value


@pytest.fixture(scope="module")
def run():
    return make_run([*cells_of_the_paper(32), *cells_of_the_paper(64)])


def test_the_run_of_the_paper_agrees_with_it(run):
    found = compute.agree(*run, MARGINS)
    assert (found.seeds, found.speakers) == (3, 9)
    assert found.scope == "other seeds, other speakers"
    assert {claim.verdict for claim in found.claims} == {"holds"}
    assert [each.cells for each in found.correlations] == [14] * 4


def test_the_numbers_are_those_that_are_found(run):
    agreement = compute.agree(*run, MARGINS)
    numbers = compute.summarise(agreement)
    pesq = correlate(run[0], "pesq", "pesq")
    assert numbers["pesq_spearman"] == round(pesq.spearman, 4)
    assert numbers["pesq_spearman_low"] == round(pesq.interval.low, 4)
    assert numbers["pesq_spearman_high"] == round(pesq.interval.high, 4)
    assert numbers["pesq_mean_difference"] == round(pesq.mean_difference, 4)
    assert numbers["pesq_rms_difference"] == round(pesq.rms_difference, 4)
    (sparser,) = (each for each in agreement.claims if each.name == "sparser_than_vae")
    smallest = min(sparser.comparisons, key=lambda each: each.difference)
    assert numbers["claims"]["sparser_than_vae"] == {
        "verdict": "holds",
        "comparisons": 6,
        "in_favour": 6,
        "against": 0,
        "hoyer_smallest_difference": round(smallest.difference, 4),
        "hoyer_low": round(smallest.interval.low, 4),
        "hoyer_high": round(smallest.interval.high, 4),
    }
    kept = numbers["claims"]["quality_kept"]
    assert -0.1 < kept["pesq_low"] <= kept["pesq_smallest_difference"] <= kept["pesq_high"]
    assert -0.01 < kept["estoi_low"] <= kept["estoi_smallest_difference"] <= kept["estoi_high"]


@pytest.mark.parametrize("changes", [{}, {"seeds": 1}, {"speakers": 1}])
@pytest.mark.parametrize("models", [(), ("vae",), ("vae", "sdm"), ("vae", "vsc", "sdm")])
def test_the_numbers_are_nested_dictionaries_that_json_can_hold(models, changes):
    made = [each for each in cells_of_the_paper() if each.model in models]
    numbers = compute.summarise(compute.agree(*make_run(made, **changes), MARGINS))
    json.dumps(numbers, allow_nan=False)
    kinds = {type(each) for each in leaves(numbers)}
    assert kinds <= {float, int, str, type(None)}
    assert set(numbers["claims"]) == {
        "sparser_than_vae",
        "sparser_than_vsc",
        "quality_kept",
        "more_atoms_sparser",
        "more_stable",
        "no_tuning",
        "sparser_beyond_scale",
        "more_atoms_fewer_dims",
        "better_likelihood",
    }


@pytest.mark.parametrize(
    ("seeds", "scope"), [(1, "these weights, other speakers"), (2, "other seeds, other speakers")]
)
def test_few_seeds_give_numbers_and_no_word_of_a_verdict(seeds, scope):
    found = compute.agree(*make_run(cells_of_the_paper(), seeds=seeds), MARGINS)
    numbers = compute.summarise(found)
    assert not found.has_verdicts
    assert numbers["intervals_cover"] == scope
    text = json.dumps(numbers)
    assert not any(word in text for word in ("holds", "does not hold", "cannot be told"))
    sparser = numbers["claims"]["sparser_than_vae"]
    assert sparser["verdict"] is None
    assert sparser["hoyer_low"] < sparser["hoyer_smallest_difference"] < sparser["hoyer_high"]


def test_the_order_of_rows_and_cells_changes_nothing_but_the_order_of_comparisons():
    cells, utterances = make_run(cells_of_the_paper())
    shuffled = {name: table.sample(frac=1, random_state=0) for name, table in utterances.items()}
    first = compute.summarise(compute.agree(cells, utterances, MARGINS))
    second = compute.summarise(compute.agree(cells[::-1], shuffled, MARGINS))
    assert first == second


def test_a_smaller_error_gives_wider_intervals(run):
    narrow, wide = (compute.summarise(compute.agree(*run, MARGINS, error)) for error in (0.1, 0.01))
    assert wide["pesq_spearman_low"] < narrow["pesq_spearman_low"]
    assert (
        wide["claims"]["sparser_than_vae"]["hoyer_low"]
        < narrow["claims"]["sparser_than_vae"]["hoyer_low"]
    )


def test_scores_that_are_missing_are_none_in_the_numbers():
    cells, utterances = make_run(cells_of_the_paper())
    cells = [{**cell, "pesq": None} for cell in cells]
    utterances = {name: table.assign(pesq=math.nan) for name, table in utterances.items()}
    numbers = compute.summarise(compute.agree(cells, utterances, MARGINS))
    assert numbers["pesq_cells"] == 0
    assert numbers["pesq_spearman"] is numbers["pesq_mean_difference"] is None
    assert numbers["claims"]["no_tuning"] == {"verdict": None, "comparisons": 0}
    assert numbers["claims"]["quality_kept"]["verdict"] == "cannot be told"
    assert "pesq_low" not in numbers["claims"]["quality_kept"]
