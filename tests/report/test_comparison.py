import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from sdmvae.evaluation.statistics import estimates, seed_scores
from sdmvae.evaluation.statistics.estimates import Scope
from sdmvae.evaluation.statistics.seed_scores import ScoresError
from sdmvae.report import comparison
from tests.support import made_up_scores
from tests.support.comparisons import compared, drawn


def test_with_one_seed_the_interval_of_a_mean_is_that_of_the_means_of_speakers():
    values = drawn(seeds=1, a=0.0)
    of_speakers = values["a"].reshape(4, 2).mean(axis=1)
    low, high = stats.t.interval(0.95, 3, of_speakers.mean(), stats.sem(of_speakers))
    assert compared(values).half_width("a") == pytest.approx((high - low) / 2)


def test_cells_are_compared_within_utterances():
    """Wide differences between speakers do not hide a small difference between cells."""
    each = compared(drawn(seeds=1, base=0.0, other=0.1), {"other": "base"})
    assert each.half_width("other") > 1
    interval = each.differences["other"].interval
    assert 0 < interval.low < interval.high < 0.2


@pytest.mark.parametrize(("seeds", "has_verdicts"), [(1, False), (2, False), (3, True)])
def test_verdicts_need_three_seeds(seeds, has_verdicts):
    values = drawn(seeds, base=0.0, other=0.5)
    each = compared(values, {"other": "base"}, margin=0.1)
    assert (each.differences["other"].verdict is not None) == has_verdicts
    assert (each.qualities["other"].verdict is not None) == has_verdicts
    assert each.best == (["other"] if has_verdicts else [])


@pytest.mark.parametrize(
    ("better", "best"), [("higher", ["b", "c"]), ("lower", ["a", "d"]), (None, [])]
)
def test_cells_that_are_not_worse_than_the_best_are_found(better, best):
    assert compared(drawn(a=0.0, b=1.0, c=1.0, d=0.0, e=0.5), better=better).best == best


def test_the_highest_mean_is_the_first_of_equals():
    means = {"a": None, "b": 1.0, "c": 2.0, "d": 2.0}
    assert compared(drawn(a=0, b=0, c=0, d=0), means=means).highest == "c"
    assert compared(drawn(a=0), means={"a": None}).highest is None


def test_all_differences_in_a_score_are_one_family_over_all_latent_dimensions():
    values = drawn(v32=0.0, a32=0.006, b32=0.012, v64=1.0, a64=1.01, b64=1.018)
    baselines = {"a32": "v32", "b32": "v32", "a64": "v64", "b64": "v64"}
    each = compared(values, baselines)
    alone = [compared(values, {cell: base}) for cell, base in baselines.items()]
    p = [one.differences[cell].p for one, cell in zip(alone, baselines, strict=True)]
    rejected, expected, *_ = multipletests(p, method="holm")
    assert [each.differences[cell].p for cell in baselines] == pytest.approx(expected.tolist())
    told = [each.differences[cell].verdict != "not told apart" for cell in baselines]
    assert told == rejected.tolist()
    assert 0 < sum(told) < 4


def test_another_error_changes_verdicts():
    values = drawn(base=0.0, other=0.02)
    p = compared(values, {"other": "base"}).differences["other"].p
    for error, verdict in ((1.1 * p, "higher"), (0.9 * p, "not told apart")):
        each = compared(values, {"other": "base"}, error=error)
        assert each.differences["other"].verdict == verdict


def test_quality_is_kept_if_the_loss_is_less_than_the_margin():
    values, baselines = drawn(base=0.0, other=-0.5), {"other": "base"}
    for margin, verdict in ((0.6, "keeps"), (0.4, "not shown to keep")):
        assert compared(values, baselines, margin=margin).qualities["other"].verdict == verdict
    assert compared(values, baselines).qualities == {}
    lower = compared(values, baselines, margin=0.1, better="lower")
    assert lower.qualities["other"].verdict == "keeps"


@pytest.mark.parametrize("scores", [np.nan, 9.0], ids=["no-score", "no-mean"])
def test_a_cell_without_a_score_changes_nothing_for_others(scores):
    values = drawn(base=0.0, other=0.5)
    expected = compared(values, {"other": "base"}, margin=0.1)
    more = {**values, "none": np.full((3, 8), scores)}
    means = {**expected.means, "none": None if scores == 9.0 else 9.0}
    baselines = {"other": "base", "none": "base"}
    found = compared(more, baselines, means=means, margin=0.1)
    for name in ("estimates", "differences", "qualities", "placings"):
        assert getattr(found, name) == getattr(expected, name)
    assert math.isnan(found.half_width("none"))


def test_a_cell_without_a_score_in_its_baseline_has_no_difference():
    values = drawn(base=0.0, other=0.5)
    each = compared(values, {"other": "base"}, means={"base": None, "other": 1.0})
    assert each.differences == {} and each.placings == {}


def test_cells_of_other_utterances_are_refused():
    scores = {
        cell: made_up_scores.seed_scores(cell, np.ones((1, size)))
        for cell, size in (("a", 2), ("b", 3))
    }
    with pytest.raises(ScoresError):
        comparison.compare_cells(scores, {"a": 1.0, "b": 1.0}, {}, better="higher")


def test_a_run_is_compared_in_every_score_of_the_table(seeded_results):
    found = comparison.compare(seeded_results)
    assert set(found) == {
        *("pesq", "stoi", "estoi", "hoyer_above_gaussian", "effective_dims", "hoyer"),
        *("dims_in_use", "likelihood"),
    }
    base, other = (
        {
            name: seed_scores.from_table(cell, seeded_results.utterances[cell], name)
            for name in found
        }
        for cell in ("vae-m4", "sdm-dct6-m4")
    )
    for name, each in found.items():
        assert each.means == {cell["cell"]: cell[name] for cell in seeded_results.cells}
        assert each.estimates["vae-m4"] == estimates.mean(base[name])
        assert set(each.differences) == {"vsc-a05-m4", "sdm-dct6-m4"}
        expected = estimates.difference(other[name], base[name])
        assert each.differences["sdm-dct6-m4"].estimate == expected


def test_errors_and_margins_are_those_of_the_parameters(seeded_results):
    settings = seeded_results.settings
    compare = settings.compare.model_copy(update={"error": 0.2})
    other = settings.model_copy(update={"compare": compare})
    found = comparison.compare(replace(seeded_results, settings=other))
    assert {each.error for each in found.values()} == {0.2}
    margins = {name: each.margin for name, each in found.items() if each.margin is not None}
    assert margins == {"pesq": 0.1, "estoi": 0.01}
    assert {name for name, each in found.items() if each.qualities} == {"pesq", "estoi"}


def test_order_of_utterances_does_not_matter(seeded_results):
    expected = comparison.compare(seeded_results)["pesq"]
    rows = dict(seeded_results.utterances)
    rows["sdm-dct6-m4"] = rows["sdm-dct6-m4"].iloc[::-1].reset_index(drop=True)
    found = comparison.compare(replace(seeded_results, utterances=rows))["pesq"]
    assert found == expected


@pytest.mark.parametrize(
    ("seeds", "speakers", "scope"),
    [
        (1, ["ann", "bob"], Scope.WEIGHTS),
        (2, ["ann", "bob"], Scope.METHODS),
        (2, ["ann", "ann"], Scope.NOTHING),
    ],
)
def test_intervals_of_a_run_cover_what_seeds_and_speakers_allow(seeds, speakers, scope):
    cell = made_up_scores.seed_scores("a", np.eye(seeds, 2), speakers)
    found = comparison.compare_cells({"a": cell}, {"a": 1.0}, {}, better="higher")
    nothing = comparison.compare_cells({"a": cell}, {"a": None}, {}, better="higher")
    assert comparison.find_scope({"pesq": nothing, "stoi": found}) is scope


def test_quality_is_kept_if_it_is_in_every_score_with_a_margin():
    baselines = {"other": "base"}
    kept = compared(drawn(base=0.0, other=0.0), baselines, margin=0.1)
    lost = compared(drawn(base=0.0, other=-1.0), baselines, margin=0.1)
    unknown = compared(drawn(seeds=2, base=0.0, other=0.0), baselines, margin=0.1)
    without = compared(drawn(base=0.0, other=-1.0), baselines)
    for pair, expected in (
        ((kept, kept), True),
        ((kept, without), True),
        ((kept, lost), False),
        ((kept, unknown), None),
        ((without, without), None),
    ):
        found = comparison.keeps_quality(dict(enumerate(pair)), "other")
        assert found is expected
    assert comparison.keeps_quality({"pesq": kept}, "base") is None
