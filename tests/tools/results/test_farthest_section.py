"""What the page says of the cell that is farthest from the published table."""

from tools.results import farthest_section


def cells(m, published, ours):
    """Return cells a, b and so on with a published Hoyer and with ours, the same m for all."""
    return [
        {
            "cell": name,
            "m": m,
            "published": {"hoyer": figure},
            "scores": {"hoyer": {"mean": own}},
        }
        for name, figure, own in zip("abcde", published, ours, strict=False)
    ]


PUBLISHED = (0.4, 0.5, 0.6, 0.3, 0.7)
AUTHORS = cells(64, PUBLISHED, (0.3, 0.4, 0.5, 0.9, 0.6))
OURS = cells(64, PUBLISHED, (0.2, 0.3, 0.4, 0.5, 0.5))


def test_the_cell_that_breaks_the_offset_of_all_others_is_described():
    assert farthest_section.describe_farthest(OURS, AUTHORS) == (
        "In Hoyer, `d` is farthest from the others with both recipes: ours minus published is "
        "+0.600 with the authors' recipe and +0.200 with ours. Over the other cells it is "
        "−0.100 ± 0.000 with the authors' recipe (rank correlation 1.00) and −0.200 ± 0.000 with "
        "ours (rank correlation 1.00). From the highest to the lowest, it is number 5 of the 5 "
        "cells with m = 64 in the paper, number 1 with the authors' recipe and number 1 with ours."
    )
    assert farthest_section.name_farthest(OURS, AUTHORS) == (
        "The published Hoyer of `d` fits least with either recipe: it is 0.30, and here it is "
        "0.90 with the authors' recipe and 0.50 with ours."
    )


def test_nothing_is_said_if_another_cell_is_farthest_with_the_other_recipe():
    other = cells(64, PUBLISHED, (0.9, 0.3, 0.4, 0.1, 0.5))
    assert farthest_section.describe_farthest(other, AUTHORS) == ""
    assert farthest_section.name_farthest(other, AUTHORS) == ""


def test_two_cells_have_none_that_is_farther_from_the_others():
    assert farthest_section.describe_farthest(OURS[:2], AUTHORS[:2]) == ""


def test_only_cells_of_both_recipes_count():
    assert farthest_section.name_farthest(OURS[:3], AUTHORS) == (
        farthest_section.name_farthest(OURS[:3], AUTHORS[:3])
    )
