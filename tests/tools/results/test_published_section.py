"""What the page says of the distance from the published table."""

import pytest

from tools.results import published_section


def cell(name, ours, published):
    scores = ("pesq", "stoi", "estoi", "hoyer")
    figures = {"pesq": published, "stoi": published, "hoyer": published}
    return {
        "cell": name,
        "scores": {score: {"mean": ours} for score in scores},
        "published": figures if published else None,
    }


AUTHORS = [cell(name, value - 0.5, value) for name, value in zip("abcd", (1, 2, 3, 4), strict=True)]
OURS = [cell("d", 3.0, 4.0), cell("c", 2.0, 3.0), cell("e", 9.0, None), cell("f", 8.0, 9.0)]


FINDING = {"value": 0.3, "low": 0.1, "high": 0.5, "verdict": "higher"}


def test_the_same_offset_for_all_cells_has_no_deviation():
    assert published_section.describe_reasons(AUTHORS) == (
        "with the recipe of the authors, ours minus published is PESQ −0.50 ± 0.00 and "
        "Hoyer −0.500 ± 0.000 over 4 cells (± is the standard deviation over cells), and "
        "the rank correlation of Hoyer is 1.00."
    )


def test_other_speakers_and_fewer_training_speakers_are_reasons_if_they_were_tried():
    cell = {"speakers": [5, 26], "differences": {"pesq": FINDING}}
    others = [
        {"changes": {"train.epochs": [20, 50]}, "differences": {}},
        {"changes": {"split.train": [100, 50]}, "differences": {"vae": {"pesq": FINDING}}},
    ]
    text = published_section.describe_reasons(
        AUTHORS, {"pairs": [{"cells": {"vae": cell}}]}, {"others": others}
    )
    assert text.endswith(
        "On 26 other speakers, the PESQ of the same networks of `vae` differs by "
        "**+0.30 (0.10 to 0.50)**. With fewer training speakers and our recipe, it differs by "
        "**+0.30 (0.10 to 0.50)** for 50 in place of 100."
    )
    plain = published_section.describe_reasons(AUTHORS, None, {"others": others[:1]})
    assert "fewer" not in plain


def test_only_cells_of_the_paper_with_both_recipes_are_in_the_table():
    assert published_section.find_shared(OURS, AUTHORS) == ["c", "d"]
    rows = published_section.published_table(OURS, AUTHORS).splitlines()
    assert rows[2] == "| PESQ | PESQ | −0.50 ± 0.00 | – | −1.00 ± 0.00 | – |"
    assert rows[4].startswith("| ESTOI | STOI | −0.500 ± 0.000 |")


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ((1, 2, 3, 4), "1.00"),
        ((4, 3, 2, 1), "−1.00"),
        # One swap of neighbours: 1 - 6 * 2 / (4 * 15) = 0.8, and tanh(artanh(0.8) ± 1.96 √1.32).
        ((2, 1, 3, 4), "0.80 (−0.82 to 1.00)"),
    ],
)
def test_the_rank_correlation_is_spearmans(ours, shown):
    pairs = [*zip(ours, (1, 2, 3, 4), strict=True)]
    assert published_section.describe_correlation(pairs) == shown


def test_the_same_networks_have_a_row_with_the_scores_on_both_sets_of_speakers():
    described = {
        "published": {"pesq": 3.29},
        "speakers": [5, 26],
        "means": {"pesq": [2.6, 2.9]},
        "differences": {"pesq": FINDING, "hoyer": {**FINDING, "verdict": "not told apart"}},
    }
    pairs = [{"cells": {"vae": described}}, {"cells": {"b": {**described, "published": None}}}]
    rows = published_section.speakers_table({"pairs": pairs}, ["theirs", "ours"]).splitlines()
    assert "| PESQ, 5 speakers | PESQ, 26 speakers | PESQ, second − first |" in rows[0]
    assert rows[2:] == [
        "| theirs | `vae` | 3.29 | 2.60 | 2.90 | **+0.30 (0.10 to 0.50)** | – "
        "| +0.300 (0.100 to 0.500) |",
        "| ours | `b` | – | 2.60 | 2.90 | **+0.30 (0.10 to 0.50)** | – | +0.300 (0.100 to 0.500) |",
    ]
