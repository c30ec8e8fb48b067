"""Scores and cells as the page shows them."""

import pytest

from tools.results import formatting


@pytest.mark.parametrize(("names", "text"), [(["a"], "`a`"), (["a", "b", "c"], "`a`, `b` and `c`")])
def test_cells_are_named_as_in_a_sentence(names, text):
    assert formatting.name_cells([{"cell": name} for name in names]) == text
