"""Scores and cells as the page shows them."""

import pytest

from tools.results import formatting


@pytest.mark.parametrize(("names", "text"), [(["a"], "`a`"), (["a", "b", "c"], "`a`, `b` and `c`")])
def test_cells_are_named_as_in_a_sentence(names, text):
    assert formatting.name_cells([{"cell": name} for name in names]) == text


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        ("abcdef", "all"),
        ("abcde", "all but `f`"),
        ("abcd", "all but `e` and `f`"),
        ("abc", "`a`, `b` and `c`"),
    ],
)
def test_most_cells_are_named_by_those_left_out(chosen, text):
    cells = [{"cell": name} for name in "abcdef"]
    assert formatting.name_most(cells[: len(chosen)], cells) == text
