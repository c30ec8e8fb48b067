import math

import pytest

from sdmvae.report.formatting import format_figure, format_number


@pytest.mark.parametrize(
    ("mean", "half", "text"),
    [
        (1.234, 0.1, "1.23 ± 0.10"),
        (1.234, math.nan, "1.23"),
        (math.nan, math.nan, "–"),
        (-0.5, 0.25, "−0.50 ± 0.25"),
    ],
    ids=["interval", "none", "missing", "negative"],
)
def test_a_figure_has_its_interval(mean, half, text):
    assert format_figure(mean, half) == text


def test_a_signed_figure_has_a_plus_sign_if_it_is_positive():
    assert format_figure(0.5, 0.25, signed=True) == "+0.50 ± 0.25"
    assert format_figure(-0.5, math.nan, signed=True) == "−0.50"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_a_dash(value):
    assert format_number(value) == "–"
