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


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({"a": 3, "b": 3}, "3 seeds"),
        ({"a": 3, "b": 5, "c": 4, "d": 3}, "5 seeds, `c` with 4, `a` and `d` with 3"),
    ],
)
def test_cells_with_fewer_seeds_than_others_are_named(counts, text):
    cells = [{"cell": name, "seeds": count} for name, count in counts.items()]
    assert formatting.describe_seeds(cells) == text
