import numpy as np
import pandas as pd
import pytest

from sdmvae.report import comparison, summary
from sdmvae.report.comparison import Compared

SPEAKERS = list("aabbcc")
SPREAD = np.array([0.0, 0.1, 1.0, 1.1, 2.0, 2.1])
NOISE = np.array([0.02, -0.02, 0.02, -0.02, 0.02, -0.02])


def score(**means):
    """A score of cells with these means; all differ in the same way between speakers."""
    values = {
        cell: mean + SPREAD + place * NOISE for place, (cell, mean) in enumerate(means.items())
    }
    frame = pd.DataFrame(values)
    figures = {cell: float(each.mean()) for cell, each in frame.items()}
    return Compared(figures, frame, np.array(SPEAKERS), frame * 0 + 1)


def compared(pesq, hoyer):
    return {"pesq": score(**pesq), "hoyer": score(**hoyer), "hoyer_normalised": score(**hoyer)}


def test_cards_name_the_best_the_sparsest_level_with_it_and_the_sparsest():
    found = summary.cards(compared({"a": 2.0, "b": 2.0, "c": 1.0}, {"a": 0.2, "b": 0.5, "c": 0.9}))
    assert [card["cell"] for card in found] == ["a", "b", "c"]
    assert "Not told apart from it in PESQ: b." in found[0]["text"]
    assert "−1.00" in found[2]["text"] and "which is a loss" in found[2]["text"]


def test_a_best_that_stands_alone_says_so():
    found = summary.cards(compared({"a": 2.0, "b": 1.0}, {"a": 0.2, "b": 0.5}))
    assert [card["cell"] for card in found] == ["a", "a", "b"]
    assert "above that of every other cell" in found[0]["text"]
    assert "no sparser cell is level" in found[1]["text"]


def test_without_any_pesq_there_are_no_cards():
    nothing = Compared({"a": None}, pd.DataFrame({"a": [np.nan]}), np.array(["x"]), None)
    assert summary.cards({"pesq": nothing, "hoyer": nothing}) == []


def test_one_speaker_claims_nothing(make_results):
    results = make_results(speakers=("ann",))
    found = summary.section(results, comparison.compare(results))
    texts = " ".join(card["text"] for card in found["cards"])
    assert "one test speaker" in texts
    for claim in ("a loss", "above that of every", "Not told apart", "no sparser cell is level"):
        assert claim not in texts
    assert found["against"][0]["groups"] == {}
    assert {row["quality"]["word"] for row in found["against"][0]["rows"]} == {"no interval"}
    assert any("no intervals" in each for each in found["cautions"])


@pytest.mark.parametrize(
    ("other", "word"), [(1.0, "worse"), (2.0, "not told apart"), (3.0, "better")]
)
def test_word_for_a_difference(other, word):
    each = score(base=2.0, other=other)
    found = summary.told(each, "other", "base", "better", "worse")
    assert found["word"] == word
    assert found["text"].startswith({"worse": "−1.00 ±", "better": "+1.00 ±"}.get(word, "+0.00 ±"))


def test_cells_beside_the_vae_by_sparsity_and_quality():
    cells = [{"cell": name, "m": 4, "model": "vae" if name == "v" else "x"} for name in "vabc"]
    found = summary.against(
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
        "not sparser, PESQ not told apart": ["c"],
    }


def test_without_a_vae_nothing_is_set_beside_it(make_results):
    results = make_results({"vsc": {"model": "vsc", "alpha": 0.5}})
    assert summary.against(results.cells, comparison.compare(results)) == []
