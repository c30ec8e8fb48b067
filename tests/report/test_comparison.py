import math
from dataclasses import replace

import numpy as np
import pytest

from sdmvae.evaluation.scores.codes import hoyer, hoyer_of_gaussian
from sdmvae.report import comparison
from sdmvae.report.comparison import Comparison


def compared(figures, values, speakers, better="higher"):
    import pandas as pd

    frame = pd.DataFrame(values)
    return Comparison(figures, frame, np.array(speakers), frame * 0 + 1, better)


def test_the_best_cell_is_the_largest_and_the_first_of_equals():
    each = compared({"a": 1.0, "b": 2.0, "c": 2.0, "d": None}, {}, [])
    assert each.best == "b"
    assert compared({"a": None}, {}, []).best is None
    assert compared({"a": None}, {}, []).close_to_best == []


def test_cells_are_compared_within_utterances():
    """Wide differences between speakers do not hide a small difference between cells."""
    base = np.array([0.0, 0.0, 10.0, 10.0, 20.0, 20.0])
    noise = np.array([0.1, -0.1, 0.05, 0.1, -0.1, 0.0])
    values = {"best": base + 1, "worse": base + noise, "close": base + 1 + noise * 2 - 0.1}
    figures = {cell: float(np.mean(each)) for cell, each in values.items()}
    each = compared(figures, values, list("aabbcc"))
    assert each.best == "best"
    assert each.close_to_best == ["close"]
    assert each.interval("worse").half > 5  # alone it says little
    assert each.difference("worse", "best").half < 0.5


def test_the_best_cell_is_clear_if_all_others_differ_clearly():
    values = {"a": [3.0, 3.1, 2.9], "b": [1.0, 1.2, 1.0], "c": [2.0, math.nan, math.nan]}
    figures = {"a": 3.0, "b": 1.07, "c": 2.0}
    assert not compared(figures, values, list("xyz")).best_is_clear
    assert compared({**figures, "c": None}, values, list("xyz")).best_is_clear
    assert not compared({"a": 3.0, "b": 2.9}, {"a": [3.0], "b": [2.9]}, ["x"]).best_is_clear


def test_lower_is_better_reverses_the_order():
    values = {"a": [3.0, 3.1, 2.9], "b": [1.0, 1.2, 1.0], "c": [1.1, 1.1, 1.1], "d": [9.0] * 3}
    means = {"a": 3.0, "b": 1.07, "c": 1.1, "d": None}
    comparison = compared(means, values, list("xyz"), "lower")
    assert comparison.best == "b"
    assert comparison.close_to_best == ["c"]
    assert comparison.improvement("b", "a").mean == -comparison.difference("b", "a").mean > 0
    assert not comparison.best_is_clear
    assert compared({**means, "c": None}, values, list("xyz"), "lower").best_is_clear


def test_a_score_without_a_better_direction_has_no_best_cell():
    values = {"a": [1.0, 1.0], "b": [2.0, 2.0]}
    comparison = compared({"a": 1.0, "b": 2.0}, values, ["x", "y"], None)
    assert comparison.best is None
    assert comparison.close_to_best == []


def test_with_one_speaker_no_cell_is_close_to_the_best():
    each = compared({"a": 1.0, "b": 1.1}, {"a": [1.0, 1.0], "b": [1.0, 1.2]}, ["x", "x"])
    assert each.close_to_best == []
    assert math.isnan(each.interval("a").half)


def test_a_cell_without_a_score_has_neither_mean_nor_interval():
    each = compared({"a": None, "b": 1.0}, {"a": [1.0, 2.0], "b": [1.0, 1.0]}, ["x", "y"])
    assert math.isnan(each.interval("a").mean) and math.isnan(each.interval("a").half)


def test_a_run_is_compared_in_every_score_of_the_table(tiny_results):
    found = comparison.compare(tiny_results)
    assert set(found) == {
        *("pesq", "stoi", "estoi", "hoyer_above_gaussian", "effective_dims", "hoyer"),
        *("dims_in_use", "likelihood"),
    }
    for name, each in found.items():
        for cell in tiny_results.cells:
            interval = each.interval(cell["cell"])
            assert interval.mean == cell[name]
            assert interval.half > 0
    frames = tiny_results.utterances["vae-m4"]["frames"].to_numpy()
    np.testing.assert_array_equal(found["likelihood"].weights["vae-m4"], frames)
    for name in ("pesq", "hoyer"):
        np.testing.assert_array_equal(found[name].weights["vae-m4"], np.ones(2))


def test_normalised_hoyer_of_an_utterance_is_that_of_its_frames(tiny_results):
    codes = np.concatenate([each for _, each in tiny_results.codes("vae-m4")])
    first = tiny_results.utterances["vae-m4"]["frames"][0]
    expected = hoyer(codes / codes.std(axis=0))[:first].mean() - hoyer_of_gaussian(4)
    found = comparison.compare(tiny_results)["hoyer_above_gaussian"].values["vae-m4"]
    assert found.iloc[0] == pytest.approx(expected, rel=1e-5)


def test_order_of_utterances_does_not_matter(tiny_results):
    rows = dict(tiny_results.utterances)
    expected = comparison.compare(tiny_results)["pesq"].difference("vae-m4", "sdm-dct6-m4")
    rows["sdm-dct6-m4"] = rows["sdm-dct6-m4"].iloc[::-1].reset_index(drop=True)
    found = comparison.compare(replace(tiny_results, utterances=rows))["pesq"]
    assert found.difference("vae-m4", "sdm-dct6-m4").mean == pytest.approx(expected.mean)
