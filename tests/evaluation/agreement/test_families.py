"""Tests of the comparisons of a claim: their verdicts, intervals and p-values."""

import math

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from sdmvae.evaluation.agreement.families import find_higher, find_kept
from sdmvae.evaluation.agreement.findings import Verdict
from sdmvae.evaluation.agreement.scored_cells import Pair, ScoredCells, pair_up
from sdmvae.evaluation.statistics.student import difference_of
from tests.support.made_up_runs import MARGINS, MadeUpCell, dct, draw_cells, make_run, vae


def make_family(gaps, **changes):
    """Return a run with one cell for each true difference from the VAE in PESQ, and all pairs."""
    made = [
        MadeUpCell(
            f"cell{place}-m32", "sdm", {"place": place}, 32, {"pesq": gap, "estoi": gap / 10}
        )
        for place, gap in enumerate(gaps)
    ]
    run = ScoredCells(*make_run([vae(), *made], **changes))
    return run, pair_up("pesq", run.sdm, run.vae)


def student(run, pair):
    """Return the difference of two cells, without the functions that are tested."""
    wide = [
        run.utterances[name].pivot_table(index="seed", columns="speaker", values=pair.score)
        for name in (pair.first, pair.second)
    ]
    return difference_of(*(each.to_numpy() for each in wide))


def test_higher_lower_and_equal_scores_get_their_verdicts():
    run, pairs = make_family([0.3, -0.3, 0.0])
    found = find_higher(run, pairs, 0.05)
    assert [each.verdict for each in found] == ["holds", "does not hold", "cannot be told"]
    assert [each.first for each in found] == ["cell0-m32", "cell1-m32", "cell2-m32"]
    assert {(each.score, each.second, each.margin) for each in found} == {("pesq", "vae-m32", 0)}


def test_small_losses_are_kept_and_large_ones_are_not():
    run, pairs = make_family([-0.02, -0.3, -0.1])
    found = find_kept(run, pairs, MARGINS, 0.05)
    assert [each.verdict for each in found] == ["holds", "does not hold", "cannot be told"]
    assert {each.margin for each in found} == {0.1}


@pytest.mark.parametrize("start", range(10))
def test_every_interval_agrees_with_its_verdict(start):
    random = np.random.default_rng(start)
    run, pairs = make_family(random.normal(-0.05, 0.06, size=6), start=start)
    both = [*pairs, *(Pair("estoi", *pair[1:]) for pair in pairs)]
    for found in (find_higher(run, pairs, 0.05), find_kept(run, both, MARGINS, 0.05)):
        for each in found:
            low, high = each.interval
            assert low < each.difference < high
            expected = Verdict.OPEN
            if low > -each.margin:
                expected = Verdict.HOLDS
            elif high < -each.margin:
                expected = Verdict.FAILS
            assert each.verdict is expected


def test_p_values_are_those_of_t_tests_corrected_for_the_whole_family():
    run, pairs = make_family([-0.06, -0.08, 0.02])
    raw = [float(student(run, pair).p_value()) for pair in pairs]
    found = find_higher(run, pairs, 0.05)
    assert [each.p for each in found] == pytest.approx(multipletests(raw, method="holm")[1])
    both = [*pairs, *(Pair("estoi", *pair[1:]) for pair in pairs)]
    raw = [float(student(run, pair).p_value(-MARGINS[pair.score], "greater")) for pair in both]
    found = find_kept(run, both, MARGINS, 0.05)
    assert [each.p for each in found] == pytest.approx(multipletests(raw, method="holm")[1])


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds_get_numbers_and_no_verdict(seeds):
    run, pairs = make_family([0.3, -0.3], seeds=seeds)
    scope = "these weights, other speakers" if seeds == 1 else "other seeds, other speakers"
    for found in (find_higher(run, pairs, 0.05), find_kept(run, pairs, MARGINS, 0.05)):
        for each, pair in zip(found, pairs, strict=True):
            assert each.verdict is each.p is None
            assert each.scope == scope
            expected = student(run, pair)
            half = expected.half_width(0.95)
            assert each.difference == pytest.approx(expected.value)
            assert each.interval == pytest.approx((expected.value - half, expected.value + half))


def test_one_speaker_has_no_interval():
    run, pairs = make_family([0.3], speakers=1)
    for found in (find_higher(run, pairs, 0.05), find_kept(run, pairs, MARGINS, 0.05)):
        assert [(each.interval, each.p, each.verdict) for each in found] == [(None, None, None)]
        assert math.isfinite(found[0].difference)


def test_a_cell_without_scores_has_no_difference_and_does_not_count_in_the_family():
    run, pairs = make_family([-0.06, -0.06])
    alone_higher = find_higher(run, pairs[:1], 0.05)
    alone_kept = find_kept(run, pairs[:1], MARGINS, 0.05)
    tables = dict(run.utterances)
    tables["cell1-m32"] = tables["cell1-m32"].assign(pesq=math.nan)
    run = ScoredCells(run.cells, tables)
    higher, kept = find_higher(run, pairs, 0.05), find_kept(run, pairs, MARGINS, 0.05)
    for found, alone in ((higher, alone_higher), (kept, alone_kept)):
        assert found[0] == alone[0]
        assert math.isnan(found[1].difference)
        assert (found[1].interval, found[1].verdict) == (None, None)


def test_losses_of_just_the_margin_are_seldom_kept_or_lost():
    """Each of both verdicts is wrong with a probability of 5 % at most, here in a family of 3."""
    random = np.random.default_rng(0)
    made = [vae(pesq=3.0), *(dct(atoms, pesq=2.9) for atoms in (8, 16, 32))]
    wrong = {Verdict.HOLDS: 0, Verdict.FAILS: 0}
    for _ in range(400):
        run = draw_cells(made, random)
        pairs = pair_up("pesq", run.sdm, run.vae)
        verdicts = {each.verdict for each in find_kept(run, pairs, MARGINS, 0.05)}
        for verdict in wrong:
            wrong[verdict] += verdict in verdicts
    # With a true rate of 5 %, 31 or more of 400 would be seen in 1 % of cases.
    assert max(wrong.values()) < 31
