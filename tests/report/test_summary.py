from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sdmvae.report import baseline, cards, comparison, summary
from sdmvae.report.comparison import Comparison

SPEAKERS = list("aabbcc")
SPREAD = np.array([0.0, 0.1, 1.0, 1.1, 2.0, 2.1])
NOISE = np.array([0.02, -0.02, 0.02, -0.02, 0.02, -0.02])


def score(**means):
    """A score of cells with these means; speakers differ in the same way in every cell."""
    values = {
        cell: mean + SPREAD + place * NOISE for place, (cell, mean) in enumerate(means.items())
    }
    frame = pd.DataFrame(values)
    figures = {cell: float(each.mean()) for cell, each in frame.items()}
    return Comparison(figures, frame, np.array(SPEAKERS), frame * 0 + 1)


def compared(pesq, hoyer):
    names = ("hoyer", "hoyer_above_gaussian")
    return {"pesq": score(**pesq), **{name: score(**hoyer) for name in names}}


def test_cards_name_the_best_cell_the_sparsest_close_to_it_and_the_sparsest():
    found = cards.build_cards(
        compared({"a": 2.0, "b": 2.0, "c": 1.0}, {"a": 0.2, "b": 0.5, "c": 0.9})
    )
    assert [card["cell"] for card in found] == ["a", "b", "c"]
    assert found[0]["text"] == "There is no clear difference in PESQ from b."
    assert "sparsest code among those" in found[1]["text"]
    assert found[2]["text"].startswith("Its PESQ is 1.00 ± ")
    assert found[2]["text"].endswith(" lower than that of a, which is a clear loss.")


def test_a_card_says_if_the_best_cell_is_clear():
    found = cards.build_cards(compared({"a": 2.0, "b": 1.0}, {"a": 0.2, "b": 0.5}))
    assert [card["cell"] for card in found] == ["a", "a", "b"]
    assert "clearly higher than that of every other cell" in found[0]["text"]
    assert "No cell with a sparser code is close to it" in found[1]["text"]


def test_without_any_pesq_there_are_no_cards():
    nothing = Comparison({"a": None}, pd.DataFrame({"a": [np.nan]}), np.array(["x"]), None)
    assert cards.build_cards({"pesq": nothing, "hoyer_above_gaussian": nothing}) == []


def test_with_one_speaker_nothing_is_claimed(make_results):
    results = make_results(speakers=("ann",))
    found = summary.build_section(results, comparison.compare(results))
    texts = " ".join(card["text"] for card in found["cards"])
    assert "one test speaker" in texts
    for claim in (
        "a clear loss",
        "clearly higher than",
        "no clear difference",
        "No cell with a sparser",
    ):
        assert claim not in texts
    assert found["against"][0]["groups"] == {}
    assert {row["quality"]["word"] for row in found["against"][0]["rows"]} == {"no interval"}
    assert any("no intervals" in each for each in found["cautions"])


@pytest.mark.parametrize(
    ("other", "word"), [(1.0, "worse"), (2.0, "no clear difference"), (3.0, "better")]
)
def test_a_difference_has_the_word_for_it(other, word):
    each = score(base=2.0, other=other)
    found = baseline.describe_difference(each, "other", "base", "better", "worse")
    assert found["word"] == word
    assert found["text"].startswith({"worse": "−1.00 ±", "better": "+1.00 ±"}.get(word, "+0.00 ±"))


def test_a_lower_score_is_better_where_lower_is_better():
    comparison = replace(score(base=2.0, other=1.0), better="lower")
    found = baseline.describe_difference(comparison, "other", "base", "better", "worse")
    assert (found["word"], found["kind"]) == ("better", "up")
    assert found["text"].startswith("−1.00 ±")


def test_cells_are_grouped_by_their_differences_from_the_baseline():
    cells = [{"cell": name, "m": 4, "model": "vae" if name == "v" else "sdm"} for name in "vabc"]
    found = baseline.compare_with_baseline(
        cells,
        compared(
            {"v": 2.0, "a": 3.0, "b": 1.0, "c": 2.0}, {"v": 0.2, "a": 0.5, "b": 0.5, "c": 0.1}
        ),
    )
    (each,) = found
    assert each["base"] == "v"
    assert each["groups"] == {
        "sparser, better PESQ": ["a"],
        "sparser, worse PESQ": ["b"],
        "not sparser, no clear difference in PESQ": ["c"],
    }


def test_without_a_baseline_nothing_is_compared_with_it(make_results):
    results = make_results({"vsc": {"model": "vsc", "alpha": 0.5}})
    assert baseline.compare_with_baseline(results.cells, comparison.compare(results)) == []
