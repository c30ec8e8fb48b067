"""The cells of the paper in a run, and the table of the README."""

import pytest

from tools.results import recorded


def test_the_cells_of_the_paper_are_those_with_published_figures():
    cells = [{"cell": "vae-m32", "published": {"pesq": 3.0}}, {"cell": "x-m32", "published": None}]
    assert recorded.find_published({"cells": cells}) == cells[:1]


def test_a_table_takes_the_place_of_the_one_with_the_same_columns():
    page = "# A page\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n| c |\n| - |\n| 3 |\n\nEnd.\n"
    table = "| c |\n| - |\n| 4 |\n| 5 |"
    assert recorded.replace_table(page, table) == page.replace("| 3 |", "| 4 |\n| 5 |")


def test_a_page_without_the_table_is_refused():
    with pytest.raises(ValueError, match="no table that begins with"):
        recorded.replace_table("# A page\n", "| c |\n| - |\n| 4 |")
