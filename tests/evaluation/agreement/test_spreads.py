"""Tests of how much a score changes over settings."""

import math

import numpy as np
import pytest

from sdmvae.evaluation.agreement.scored_cells import ScoredCells
from sdmvae.evaluation.agreement.spreads import compare_spreads
from sdmvae.evaluation.statistics.student import difference_of
from tests.support.made_up_runs import QUIET, dct, draw_cells, identity, make_run, vsc
from tests.support.made_up_scores import Effects

SILENT = Effects(0.3, 0.3, 0, 0, 0, 0, 0)


def compare(vsc_scores, sdm_scores, m=32, **changes):
    made = [vsc(0.1 + place / 10, m, pesq=each) for place, each in enumerate(vsc_scores)]
    made += [dct(8 + place, m, pesq=each) for place, each in enumerate(sdm_scores)]
    run = ScoredCells(*make_run(made, **changes))
    return run, compare_spreads(run, "pesq", run.vsc, run.sdm, 0.05)


@pytest.mark.parametrize(
    ("vsc_scores", "sdm_scores", "verdict"),
    [
        ([2.0, 3.0, 3.1], [3.1, 3.0, 3.1], "holds"),
        ([3.0, 3.05], [2.0, 3.0, 3.1], "does not hold"),
        ([3.0, 3.1, 3.0], [3.1, 3.1, 3.0], "cannot be told"),
    ],
)
def test_the_model_with_the_wider_spread_is_found(vsc_scores, sdm_scores, verdict):
    _, (found,) = compare(vsc_scores, sdm_scores)
    assert found.verdict == verdict
    assert (found.p, found.margin) == (None, 0)
    assert (found.first, found.second) == ("spread of vsc at m = 32", "spread of sdm at m = 32")
    low, high = found.interval
    assert low < found.difference < high
    assert (low > 0, high < 0) == (verdict == "holds", verdict == "does not hold")


def test_without_noise_the_spread_is_the_range_of_the_settings():
    _, (found,) = compare([2.0, 3.0, 2.6], [3.0, 3.2], effects=SILENT)
    assert found.values == pytest.approx((1.0, 0.2))
    assert found.difference == pytest.approx(0.8)
    assert found.interval == pytest.approx((0.8, 0.8))


def test_the_interval_follows_from_those_of_all_pairs():
    run, (found,) = compare([2.95, 3.0, 3.04], [3.0, 3.2])
    means = {
        cell["cell"]: run.utterances[cell["cell"]]
        .pivot_table(index="seed", columns="speaker", values="pesq")
        .to_numpy()
        for cell in run.cells
    }
    first, second, third, *last = means.values()
    level = 1 - 0.05 / 4
    bounds = []
    for pairs in ([(first, second), (first, third), (second, third)], [tuple(last)]):
        gaps = [difference_of(*pair) for pair in pairs]
        lows = [max(0, abs(gap.value) - gap.half_width(level)) for gap in gaps]
        highs = [abs(gap.value) + gap.half_width(level) for gap in gaps]
        bounds.append((max(lows), max(highs)))
    (low_vsc, high_vsc), (low_sdm, high_sdm) = bounds
    assert found.interval == pytest.approx((low_vsc - high_sdm, high_vsc - low_sdm))


@pytest.mark.parametrize("true", [0.0, 0.06])
def test_the_interval_covers_the_true_difference_of_spreads(true):
    random = np.random.default_rng(0)
    made = [vsc(0.1, pesq=3.0), vsc(0.5, pesq=3.0 - true), dct(8, pesq=3.0), dct(16, pesq=3.0)]
    covered = []
    for _ in range(200):
        run = draw_cells(made, random)
        (found,) = compare_spreads(run, "pesq", run.vsc, run.sdm, 0.05)
        covered.append(found.interval.low <= true <= found.interval.high)
    # With a true rate of 95 %, 182 or fewer of 200 would be seen in 1 % of cases.
    assert sum(covered) > 182


def test_only_latent_dimensions_where_both_models_have_two_settings_are_compared():
    made = [vsc(0.1, 16), vsc(0.5, 16), identity(16)]
    made += [vsc(0.5, 32), identity(32), dct(8, 32)]
    made += [vsc(0.1, 64), vsc(0.5, 64), identity(64), dct(8, 64)]
    run = ScoredCells(*make_run(made))
    found = compare_spreads(run, "pesq", run.vsc, run.sdm, 0.05)
    assert [each.first for each in found] == ["spread of vsc at m = 64"]


@pytest.mark.parametrize("changes", [{"seeds": 1}, {"seeds": 2}, {"speakers": 1}])
def test_few_seeds_or_speakers_get_no_verdict(changes):
    _, (found,) = compare([2.0, 3.0], [3.0, 3.0], effects=QUIET, **changes)
    assert found.verdict is None
    assert found.difference == pytest.approx(1.0, abs=0.1)
    assert (found.interval is None) == ("speakers" in changes)


def test_a_setting_without_scores_leaves_the_spread_unknown():
    run, _ = compare([2.0, 3.0, 3.0], [3.0, 3.0])
    tables = dict(run.utterances)
    tables["vsc-a20-m32"] = tables["vsc-a20-m32"].assign(pesq=math.nan)
    run = ScoredCells(run.cells, tables)
    (found,) = compare_spreads(run, "pesq", run.vsc, run.sdm, 0.05)
    assert math.isnan(found.difference)
    assert found.interval is found.verdict is None
