"""What is kept of the times of steps."""

from benchmarks.measure import spread
from benchmarks.model_steps import summarise


def test_quotients_are_of_the_same_round():
    summary = summarise({"vae": [1.0, 2.0, 4.0], "sdm": [2.0, 3.0, 4.0]})
    assert summary["rounds"] == 3
    assert summary["variants"]["vae"] == {"median": 1.0, "least": 1.0, "greatest": 1.0}
    assert summary["variants"]["sdm"] == {"median": 1.5, "least": 1.0, "greatest": 2.0}


def test_a_spread_has_the_median_and_both_ends():
    assert spread([3.0, 1.0, 8.0], [1.0, 1.0, 2.0]) == (3.0, 1.0, 4.0)
