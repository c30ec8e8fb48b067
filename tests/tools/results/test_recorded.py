"""Which runs on recorded speech the page shows, and the table of the README."""

import pytest

from tests.support import PROJECT
from tools.results import recorded, write

FILES = write.read_files(PROJECT / "docs/results")


def cell(name, m, published=True):
    return {"cell": name, "m": m, "published": {"pesq": 3.0} if published else None}


def run(*cells):
    return {"cells": cells, "hyperpriors": []}


FIRST = run(cell("vae-m32", 32), cell("laplace-m32", 32, published=False), cell("vae-m64", 64))


def names(family):
    return [each["cell"] for each in family.cells]


def test_one_run_is_one_family_of_the_cells_of_the_paper():
    (family,) = recorded.find_families({"librispeech": FIRST})
    assert (family.title, names(family)) == ("", ["vae-m32", "vae-m64"])


def test_a_run_with_m_64_takes_the_place_of_these_cells_of_the_first():
    later = run(cell("vae-m64", 64), cell("sdm-eye-m64", 64))
    first, second = recorded.find_families({"librispeech": FIRST, "librispeech-m64": later})
    assert (first.title, names(first)) == ("m = 32", ["vae-m32"])
    assert (second.title, names(second)) == ("m = 64", ["vae-m64", "sdm-eye-m64"])
    assert second.name == "librispeech-m64"


def test_the_page_has_both_families_and_their_claims():
    runs = write.find_runs(FILES)
    page = write.render({**FILES, "librispeech-m64": runs["librispeech"]})
    assert "### The cells with m = 32" in page and "(results/librispeech-m64.png)" in page
    assert "The same claims of the cells with m = 64 alone" in page
    assert "\n\n\n" not in page


def test_a_table_takes_the_place_of_the_one_with_the_same_columns():
    page = "# A page\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n| c |\n| - |\n| 3 |\n\nEnd.\n"
    table = "| c |\n| - |\n| 4 |\n| 5 |"
    assert recorded.replace_table(page, table) == page.replace("| 3 |", "| 4 |\n| 5 |")


def test_a_page_without_the_table_is_refused():
    with pytest.raises(ValueError, match="no table that begins with"):
        recorded.replace_table("# A page\n", "| c |\n| - |\n| 4 |")
