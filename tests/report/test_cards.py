import pytest

from sdmvae.report import cards
from sdmvae.report.baseline import SPARSITY
from sdmvae.report.cards import Card
from tests.support.comparisons import compared, drawn


def built(pesq, sparsity, seeds=3, baselines=None, **settings):
    """Return the cards of cells with scores that are above those of others."""
    if baselines is None:
        baselines = {cell: "v" for cell in pesq if cell != "v"}
    each = compared(drawn(seeds, **sparsity), baselines)
    quality = compared(drawn(seeds, **pesq), baselines, margin=0.1, **settings)
    return cards.build_cards({"pesq": quality, SPARSITY: each, "hoyer": each})


def outlines(found):
    return [(card.titles, list(card.cells)) for card in found]


BEST, SPARSEST = "Not worse than the best in PESQ", "Sparsest that keeps the quality"
HIGHEST = ["Highest mean PESQ", "Highest mean Hoyer above Gaussian"]


def test_cards_show_the_best_cells_and_the_sparsest_that_keeps_the_quality():
    pesq = {"v": 0.0, "a": 1.0, "b": 1.0, "c": 0.0, "d": -1.0}
    found = built(pesq, {"v": 0.0, "a": 0.1, "b": 0.2, "c": 0.5, "d": 0.9})
    assert outlines(found) == [([BEST], ["a", "b"]), ([SPARSEST], ["c"])]
    assert "does not mean that they are equal" in found[0].texts[0]
    assert found[0].texts[0].endswith("is at most 5 %.")
    assert (
        found[1]
        .texts[0]
        .startswith("Of the cells that keep the quality of the VAE with the same m, c")
    )
    assert found[1].texts[0].endswith("It is sparser than the VAE.")


@pytest.mark.parametrize(
    ("sparsity", "end"),
    [(-0.5, "It is less sparse than the VAE."), (0.0, "not told apart from the VAE.")],
)
def test_the_card_of_the_sparsest_cell_says_how_it_stands_to_its_baseline(sparsity, end):
    found = built({"v": 0.0, "a": 1.0}, {"v": 0.0, "a": sparsity})
    assert found[0].texts[-1].endswith(end)


def test_no_two_cards_have_a_cell_in_common():
    found = built({"v": 0.0, "a": 1.0, "b": 1.0}, {"v": 0.0, "a": 0.5, "b": 0.1})
    assert outlines(found) == [([BEST, SPARSEST], ["a", "b"])]
    assert len(found[0].texts) == 2


def test_joined_cards_keep_all_titles_cells_and_texts():
    joined = cards.join_cards(
        [
            Card(["1"], {"a": "A"}, ["one"]),
            Card(["2"], {"b": "B"}, ["two"]),
            Card(["3"], {"c": "C", "a": "A"}, ["three"]),
        ]
    )
    assert joined == [
        Card(["2"], {"b": "B"}, ["two"]),
        Card(["1", "3"], {"a": "A", "c": "C"}, ["one", "three"]),
    ]


def test_if_no_cell_keeps_the_quality_there_is_no_card_for_it():
    found = built({"v": 1.0, "a": 0.0}, {"v": 0.0, "a": 1.0})
    assert outlines(found) == [([BEST], ["v"])]
    assert found[0].texts[0].startswith("All other cells with PESQ are worse.")


@pytest.mark.parametrize("seeds", [1, 2])
def test_with_fewer_than_three_seeds_cards_show_the_highest_means_without_a_text(seeds):
    found = built({"v": 1.0, "a": 0.0}, {"v": 0.0, "a": 1.0}, seeds)
    assert outlines(found) == [(HIGHEST[:1], ["v"]), (HIGHEST[1:], ["a"])]
    assert not any(card.texts for card in found)
    same = built({"v": 1.0, "a": 2.0}, {"v": 0.0, "a": 1.0}, seeds)
    assert outlines(same) == [(HIGHEST, ["a"])]


def test_a_single_cell_has_no_verdict():
    assert outlines(built({"v": 1.0}, {"v": 0.0})) == [(HIGHEST, ["v"])]


def test_without_any_pesq_there_are_no_cards():
    assert built({"v": 1.0}, {"v": 0.0}, means={"v": None}) == []


def test_figures_are_the_means_of_the_cell_with_their_intervals():
    means = {"v": 1.0, "a": 2.5}
    (card,) = built({"v": 0.0, "a": 1.0}, {"v": 0.0, "a": 1.0}, means=means)
    assert list(card.cells) == ["a"]
    assert card.cells["a"].startswith("PESQ 2.50 ± ")
    assert ", Hoyer above Gaussian 2.5" in card.cells["a"]
