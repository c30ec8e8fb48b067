import base64

import pytest

from sdmvae.report import budget
from sdmvae.report.budget import Plan, Rates

SOUNDS = Rates(1.0, 0.0)


def test_everything_fits_into_a_large_allowance():
    assert budget.plan_listening([4.0, 9.0, 5.0], 3, 14, SOUNDS, 10_000) == Plan(
        3, budget.LONGEST, 14
    )


@pytest.mark.parametrize(
    ("allowance", "expected"),
    [
        (2 * 18, Plan(3, 6.0, 1)),
        (2 * 18 - 1, Plan(3, 5.5, 1)),
        (2 * 9, Plan(3, 3.0, 1)),
        (2 * 9 - 1, Plan(2, 4.0, 1)),
        (2 * 6 - 1, Plan(1, 5.5, 1)),
        (2 * 3, Plan(1, 3.0, 1)),
    ],
)
def test_utterances_are_cut_before_they_are_left_out(allowance, expected):
    assert budget.plan_listening([9.0] * 3, 3, 1, SOUNDS, allowance) == expected


def test_cells_are_left_out_last():
    plan = budget.plan_listening([9.0] * 3, 3, 60, SOUNDS, 30)
    assert plan == Plan(1, 3.0, 9)
    assert budget.estimate_size(plan, [9.0], 1, SOUNDS) <= 30


def test_short_utterances_leave_room_for_others():
    assert budget.plan_listening([1.0, 1.0, 9.0], 3, 1, SOUNDS, 10).utterances == 3


def test_one_cell_is_always_included():
    assert budget.plan_listening([5.0], 1, 4, Rates(1e9, 1e9), 10) == budget.LEAST
    assert budget.plan_listening([5.0], 1, 4, SOUNDS, -10) == budget.LEAST


def test_pictures_count_for_the_first_utterances_only():
    rates = Rates(1.0, 10.0)
    for allowance, utterances in ((2 * (9 + 60), 3), (2 * (9 + 60) - 1, 2), (2 * (6 + 60) - 1, 1)):
        plan = budget.plan_listening([9.0] * 3, 2, 1, rates, allowance)
        assert plan.utterances == utterances
        assert budget.estimate_size(plan, [9.0] * 3, 2, rates) <= allowance
    assert budget.estimate_size(Plan(3, 3.0, 1), [9.0, 1.0, 9.0], 2, rates) == 2 * (7 + 10 * 4)


@pytest.mark.parametrize(
    ("sizes", "allowance", "count"), [([4, 4, 4], 12, 3), ([4, 4, 4], 11, 2), ([40, 1], 12, 1)]
)
def test_fitting_takes_the_first_that_fit_and_one_at_least(sizes, allowance, count):
    assert budget.count_fitting(sizes, allowance) == count


def test_the_allowances_of_sections_leave_room_for_listening():
    assert budget.CODES + budget.ATOMS + budget.DIMENSIONS <= budget.PAGE - 9_000_000


def test_an_address_holds_its_file():
    kind, content = budget.to_data_uri(b"\x00\xff", "audio/flac").split(",")
    assert kind == "data:audio/flac;base64"
    assert base64.b64decode(content) == b"\x00\xff"
