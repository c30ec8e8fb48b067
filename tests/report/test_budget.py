import base64

import pytest

from sdmvae.report import budget
from sdmvae.report.budget import Plan


def characters(plan, durations, rate):
    heard = sum(min(each, plan.seconds) for each in durations[: plan.utterances])
    return heard * (plan.cells + 1) * rate


def test_everything_fits_into_a_large_allowance():
    assert budget.plan_listening([4.0, 9.0, 5.0], 14, 1.0, 10_000) == Plan(3, budget.LONGEST, 14)


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
    assert budget.plan_listening([9.0] * 3, 1, 1.0, allowance) == expected


def test_cells_are_left_out_last():
    plan = budget.plan_listening([9.0] * 3, 60, 1.0, 30)
    assert plan == Plan(1, 3.0, 9)
    assert characters(plan, [9.0], 1.0) <= 30


def test_short_utterances_leave_room_for_others():
    assert budget.plan_listening([1.0, 1.0, 9.0], 1, 1.0, 10).utterances == 3


def test_one_cell_is_always_included():
    assert budget.plan_listening([5.0], 4, 1e9, 10) == Plan(1, budget.SHORTEST, 1)


@pytest.mark.parametrize(
    ("sizes", "allowance", "count"), [([4, 4, 4], 12, 3), ([4, 4, 4], 11, 2), ([40, 1], 12, 1)]
)
def test_fitting_takes_the_first_that_fit_and_one_at_least(sizes, allowance, count):
    assert budget.count_fitting(sizes, allowance) == count


def test_the_allowances_of_sections_leave_room_for_the_rest_of_the_page():
    sections = (budget.LISTENING, budget.CODES, budget.ATOMS, budget.DIMENSIONS)
    assert sum(sections) <= budget.PAGE - 2_000_000


def test_an_address_holds_its_file():
    kind, content = budget.to_data_uri(b"\x00\xff", "audio/flac").split(",")
    assert kind == "data:audio/flac;base64"
    assert base64.b64decode(content) == b"\x00\xff"
