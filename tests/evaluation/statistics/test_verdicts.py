"""Tests of the verdicts on families of differences."""

import math

import numpy as np
import pytest
from scipy import stats

from sdmvae.evaluation.statistics.estimates import Estimate, Scope
from sdmvae.evaluation.statistics.verdicts import keep_quality, tell_apart

CRITICAL = stats.t.ppf(0.975, 6)


def estimate(value: float, *, error: float = 1.0, seeds: int = 5, speakers: int = 7) -> Estimate:
    """A difference with a standard error, and with 6 degrees of freedom."""
    scope = Scope.METHODS if seeds > 1 else Scope.WEIGHTS
    return Estimate(value, error**2, 6.0, scope, speakers, (seeds, seeds), 40, 0)


def made_up_family(random: np.random.Generator) -> dict[str, Estimate]:
    values = random.normal(scale=4, size=random.integers(1, 9))
    return {f"cell{place}": estimate(float(value)) for place, value in enumerate(values)}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (1.01 * CRITICAL, "higher"),
        (-1.01 * CRITICAL, "lower"),
        (0.99 * CRITICAL, "not told apart"),
        (-0.99 * CRITICAL, "not told apart"),
        (0.0, "not told apart"),
    ],
)
def test_one_difference_is_told_from_zero_by_its_t_test(value, verdict):
    finding = tell_apart({"sdm-m32": estimate(value)})["sdm-m32"]
    assert finding.verdict == verdict
    assert finding.p == pytest.approx(2 * stats.t.sf(abs(value), 6))
    assert finding.level == pytest.approx(0.95)
    assert finding.interval == pytest.approx((value - CRITICAL, value + CRITICAL))


def test_more_comparisons_need_larger_differences():
    family = {"sdm-m32": estimate(1.1 * CRITICAL), "vsc-m32": estimate(0.0)}
    finding = tell_apart(family)["sdm-m32"]
    assert finding.verdict == "not told apart"
    assert finding.p == pytest.approx(4 * stats.t.sf(1.1 * CRITICAL, 6))
    assert finding.level == pytest.approx(0.975)


def test_once_a_difference_is_told_the_next_one_is_easier():
    family = {"sdm-m32": estimate(9.0), "vsc-m32": estimate(1.1 * CRITICAL)}
    findings = tell_apart(family)
    assert [finding.verdict for finding in findings.values()] == ["higher", "higher"]
    assert {finding.level for finding in findings.values()} == {0.95}


def test_every_interval_agrees_with_its_verdict():
    random = np.random.default_rng(0)
    told, kept = set(), set()
    for _ in range(300):
        family = made_up_family(random)
        for finding in tell_apart(family).values():
            low, high = finding.interval
            expected = "higher" if low > 0 else "lower" if high < 0 else "not told apart"
            assert finding.verdict == expected
            told.add(finding.verdict)
        for finding in keep_quality(family, 2.0, "higher").values():
            assert finding.interval.high == math.inf
            assert (finding.verdict == "keeps") == (finding.interval.low > -2)
            kept.add(finding.verdict)
    assert (len(told), len(kept)) == (3, 2)


def test_quality_is_kept_if_a_loss_of_the_margin_is_ruled_out():
    limit = stats.t.ppf(0.95, 6)
    for value, verdict in ((limit - 3.01, "not shown to keep"), (limit - 2.99, "keeps")):
        finding = keep_quality({"sdm-m32": estimate(value)}, 3.0, "higher")["sdm-m32"]
        assert finding.verdict == verdict
        assert finding.p == pytest.approx(stats.t.sf(value + 3, 6))
        assert finding.interval.low == pytest.approx(value - limit)


def test_a_loss_is_a_higher_score_where_lower_scores_are_better():
    family = {"sdm-m32": estimate(-0.5)}
    mirrored = {"sdm-m32": estimate(0.5)}
    assert keep_quality(family, 2.0, "lower") == keep_quality(mirrored, 2.0, "higher")
    assert keep_quality(family, 2.0, "lower")["sdm-m32"].estimate.value == 0.5


def test_a_family_of_quality_is_corrected_as_well():
    family = {"sdm-m32": estimate(-0.9), "vsc-m32": estimate(-9.0)}
    alone = keep_quality({"sdm-m32": family["sdm-m32"]}, 3.0, "higher")["sdm-m32"]
    assert keep_quality(family, 3.0, "higher")["sdm-m32"].p == pytest.approx(2 * alone.p)


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds_get_no_verdict_and_do_not_count_in_the_family(seeds):
    family = {"sdm-m32": estimate(1.1 * CRITICAL), "vsc-m32": estimate(9.0, seeds=seeds)}
    for findings in (tell_apart(family), keep_quality(family, 0.1, "higher")):
        few = findings["vsc-m32"]
        assert few.verdict is None and few.p is None
        assert few.interval == pytest.approx((9 - CRITICAL, 9 + CRITICAL))
    assert tell_apart(family)["sdm-m32"].verdict == "higher"


def test_one_speaker_gets_no_verdict_and_no_interval():
    nothing = Estimate(1.0, math.nan, math.nan, Scope.NOTHING, 1, (5, 5), 4, 0)
    finding = tell_apart({"sdm-m32": nothing})["sdm-m32"]
    assert (finding.interval, finding.p, finding.verdict) == (None, None, None)


def test_equal_scores_are_equal_and_keep_quality():
    same = {"sdm-m32": estimate(0.0, error=0.0)}
    assert tell_apart(same)["sdm-m32"].verdict == "not told apart"
    assert tell_apart(same)["sdm-m32"].interval == (0, 0)
    assert keep_quality(same, 0.1, "higher")["sdm-m32"].verdict == "keeps"


def test_an_empty_family_has_no_findings():
    assert tell_apart({}) == keep_quality({}, 0.1, "higher") == {}


@pytest.mark.parametrize("margin", [0.0, -0.1, math.nan, math.inf])
def test_a_margin_is_a_number_above_zero(margin):
    with pytest.raises(ValueError, match=f"^margin: {margin} is not a number above zero$"):
        keep_quality({}, margin, "higher")
