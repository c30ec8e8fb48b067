"""Tests of the set of cells that are not worse than the best."""

import math

import numpy as np
import pytest

from sdmvae.evaluation.statistics.best import against_rivals, find_best
from sdmvae.evaluation.statistics.estimates import difference
from sdmvae.evaluation.statistics.seed_scores import SeedScores
from tests.support.made_up_scores import seed_scores

SPEAKERS = [name for name in "abcde" for _ in range(3)]


def cells(*means: float, seeds: int = 3, speakers: list[str] = SPEAKERS) -> list[SeedScores]:
    """Cells with small effects of seeds and utterances around their means."""
    random = np.random.default_rng(0)
    shared = random.normal(size=len(speakers))
    return [
        seed_scores(
            f"cell{place}",
            mean + shared + random.normal(scale=0.1, size=(seeds, len(speakers))),
            speakers,
        )
        for place, mean in enumerate(means)
    ]


def verdicts(findings) -> list[str | None]:
    return [finding.verdict for finding in findings.values()]


def test_only_cells_that_are_clearly_worse_are_told():
    findings = find_best(cells(1.0, 3.0, 3.01, 2.0), "higher")
    assert verdicts(findings) == [
        "worse than the best",
        "not worse than the best",
        "not worse than the best",
        "worse than the best",
    ]
    assert findings["cell3"].rival in ("cell1", "cell2")


def test_the_best_are_the_lowest_where_lower_scores_are_better():
    random = np.random.default_rng(1)
    ours = cells(*random.normal(scale=0.1, size=5))
    mirrored = [SeedScores(cell.cell, -cell.values, cell.utterances) for cell in ours]
    assert find_best(ours, "higher") == find_best(mirrored, "lower")


def test_the_p_value_is_that_of_the_strongest_rival_with_bonferronis_correction():
    three = cells(0.0, 0.05, 0.1)
    findings = find_best(three, "higher")
    p = [difference(other, three[0]).p_value(alternative="greater") for other in three[1:]]
    assert findings["cell0"].p == pytest.approx(2 * min(p))
    assert findings["cell0"].rival == f"cell{1 + int(np.argmin(p))}"
    assert findings["cell2"].p == pytest.approx(1)


def test_the_interval_agrees_with_the_verdict():
    words = set()
    for seed in range(40):
        random = np.random.default_rng(seed)
        for finding in find_best(cells(*random.normal(scale=0.08, size=6)), "higher").values():
            assert finding.interval.high == math.inf
            assert (finding.interval.low > 0) == (finding.verdict == "worse than the best")
            words.add(finding.verdict)
    assert len(words) == 2


def test_the_cell_with_the_best_mean_is_always_in_the_set():
    random = np.random.default_rng(0)
    means = [random.normal(size=(500, 3, 5)) for _ in range(4)]
    best = np.stack([mean.mean(axis=(-2, -1)) for mean in means], axis=-1).argmax(axis=-1)
    p = against_rivals(means).p
    assert (p[np.arange(500), best] == 1).all()


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds_get_no_verdict(seeds):
    findings = find_best(cells(1.0, 2.0, seeds=seeds), "higher")
    assert verdicts(findings) == [None, None]
    assert findings["cell0"].rival == "cell1"
    assert findings["cell0"].interval.low > 0.9
    assert findings["cell0"].p is None


def test_one_cell_with_few_seeds_leaves_all_without_a_verdict():
    mixed = cells(1.0, 2.0, 3.0)
    mixed[2] = cells(1.0, 2.0, 3.0, seeds=1)[2]
    assert verdicts(find_best(mixed, "higher")) == [None, None, None]


def test_one_speaker_gets_no_verdict_and_no_interval():
    findings = find_best(cells(1.0, 3.0, 2.0, speakers=["a"] * 6), "higher")
    assert verdicts(findings) == [None, None, None]
    assert [finding.rival for finding in findings.values()] == ["cell1", "cell2", "cell1"]
    assert findings["cell0"].interval is None


def test_no_scores_get_no_verdict():
    empty = [seed_scores(name, np.full((3, 4), math.nan)) for name in ("a", "b")]
    assert verdicts(find_best(empty, "higher")) == [None, None]


def test_only_utterances_with_all_scores_count():
    three = cells(1.0, 1.0, 1.0)
    three[1].values[0, 0] = math.nan
    for finding in find_best(three, "higher").values():
        assert finding.estimate.left_out == 1
        assert finding.estimate.utterances == 14


def test_equal_cells_are_all_in_the_set():
    one = cells(1.0)[0]
    twin = SeedScores("twin", one.values, one.utterances)
    assert verdicts(find_best([one, twin], "higher")) == ["not worse than the best"] * 2


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_cells_have_no_findings(count):
    assert find_best(cells(1.0)[:count], "higher") == {}
