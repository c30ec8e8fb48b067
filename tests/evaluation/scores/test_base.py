"""Tests of what a declaration makes of the outputs of a cell."""

import math

import numpy as np
import pytest

from sdmvae.evaluation.scores.base import (
    CellScore,
    FrameScore,
    UtteranceScore,
    finite_mean,
    format_value,
)

DECLARED = {"label": "A", "description": "It is a.", "better": None}


def test_the_score_of_a_cell_is_the_mean_over_utterances_that_have_one(make_outputs):
    score = UtteranceScore(name="a", **DECLARED, compute=lambda *_: 0.0)
    outputs = make_outputs(4, frames=[1, 9, 9, 9], a=[1.0, math.nan, 3.0, -math.inf])
    assert score.per == "utterance"
    assert score.of_cell(outputs) == 2
    np.testing.assert_array_equal(score.of_utterances(outputs), [1, math.nan, 3, -math.inf])


def test_the_score_of_a_cell_is_the_mean_over_frames_that_have_one(make_outputs):
    score = FrameScore(name="a", **DECLARED, compute=lambda outputs: outputs.codes[:, 0])
    codes = np.array([[1.0], [2.0], [math.nan], [3.0], [math.nan]])
    outputs = make_outputs(3, frames=[2, 2, 1], codes=codes)
    assert score.per == "frame"
    assert score.of_cell(outputs) == 2
    np.testing.assert_array_equal(score.of_utterances(outputs), [1.5, 3, math.nan])


def test_a_score_of_frames_is_missing_if_the_cell_lacks_what_it_needs(make_outputs):
    score = FrameScore(name="a", **DECLARED, compute=lambda outputs: outputs.hard_codes)
    assert score.of_cell(make_outputs()) is None
    assert score.of_utterances(make_outputs()) is None


def test_a_score_of_the_whole_cell_has_no_utterances(make_outputs):
    score = CellScore(name="a", **DECLARED, compute=lambda outputs: len(outputs.codes))
    assert (score.per, score.of_cell(make_outputs(5))) == ("cell", 5)
    assert score.of_utterances(make_outputs(5)) is None


@pytest.mark.parametrize("values", [[], [math.nan], [math.inf, -math.inf]])
def test_no_finite_value_has_no_mean(values):
    assert math.isnan(finite_mean(np.array(values)))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1.256, 2, "1.26"), (1301.13, 0, "1301"), (None, 2, "–"), (math.nan, 2, "–"), (3, 1, "3.0")],
)
def test_a_number_is_shown_with_its_digits_or_as_a_dash(value, digits, text):
    assert format_value(value, digits) == text
    score = CellScore(name="a", **DECLARED, digits=digits, compute=lambda _: value)
    assert score.format(value) == text
