"""Tests of Holm's correction and of the level of intervals that agrees with it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdmvae.evaluation.statistics import holm


def test_the_example_of_holms_procedure():
    """0.01 < 0.05/4 and 0.015 < 0.05/3 are rejected; 0.03 > 0.05/2 is not, nor is what follows."""
    outcome = holm.correct([0.03, 0.01, 0.04, 0.015])
    assert outcome.rejected.tolist() == [False, True, False, True]
    assert outcome.p == pytest.approx([0.06, 0.04, 0.06, 0.045])
    assert outcome.error == pytest.approx(0.05 / 3)


@pytest.mark.parametrize(
    ("p", "error"),
    [([0.5, 0.6], 0.025), ([0.001, 0.6], 0.025), ([0.001, 0.01], 0.05), ([0.04], 0.05), ([], 0.05)],
    ids=["none", "one", "all", "single", "empty"],
)
def test_the_error_rate_of_an_interval(p, error):
    assert holm.correct(p).error == pytest.approx(error)


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=15), st.sampled_from([0.01, 0.05, 0.1]))
def test_a_test_at_the_shared_error_rate_rejects_the_same_hypotheses(p, error):
    outcome = holm.correct(p, error)
    assert ((np.array(p) <= outcome.error) == outcome.rejected).all()
    assert error / len(p) <= outcome.error <= error


@given(st.lists(st.floats(0, 1), min_size=1, max_size=15))
def test_intervals_obey_the_rule_for_false_coverage(p):
    """Benjamini and Yekutieli take error rates of at most `error` times the part rejected."""
    outcome = holm.correct(p)
    rejected = outcome.rejected.sum()
    if rejected:
        assert outcome.error <= 0.05 * rejected / len(p) * (1 + 1e-12)
