"""The scores of a cell over all its seeds."""

import statistics

import pytest

from sdmvae.evaluation.over_seeds import COUNTS, summarise

FIRST = {"pesq": 3.0, "dims": 32, "coherence": None, "utterances": 45, "utterances_scored": 45}
SECOND = {"pesq": 3.3, "dims": 32, "coherence": None, "utterances": 45, "utterances_scored": 44}
THIRD = {"pesq": 2.7, "dims": 32, "coherence": 0.5, "utterances": 45, "utterances_scored": 45}


def test_one_seed_keeps_its_scores_and_has_no_deviation():
    assert summarise([FIRST]) == {**FIRST, "seeds": 1}


def test_scores_are_means_with_the_deviation_over_seeds():
    summary = summarise([FIRST, SECOND, THIRD])
    assert summary["pesq"] == pytest.approx(3.0)
    assert summary["pesq_sd"] == pytest.approx(statistics.stdev([3.0, 3.3, 2.7]))
    assert (summary["dims"], summary["dims_sd"], summary["seeds"]) == (32, 0, 3)
    assert isinstance(summary["dims"], int)


def test_a_score_that_one_seed_lacks_is_none():
    summary = summarise([FIRST, THIRD])
    assert summary["coherence"] is None and summary["coherence_sd"] is None


def test_counts_have_no_deviation():
    summary = summarise([FIRST, SECOND])
    assert summary["utterances"] == 45 and summary["utterances_scored"] == 44.5
    assert not [name for name in COUNTS if f"{name}_sd" in summary]


def test_the_order_of_seeds_changes_nothing():
    assert summarise([FIRST, SECOND, THIRD]) == summarise([THIRD, FIRST, SECOND])


def test_a_deviation_follows_its_score():
    names = list(summarise([FIRST, SECOND]))
    assert names.index("pesq_sd") == names.index("pesq") + 1
