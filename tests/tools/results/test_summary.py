"""The sentences at the top of the page."""

from tools.results import summary


def cell(name, pesq=None, above=None, best=()):
    """Return a cell with differences from the VAE, each of which is told apart if it is not 0."""
    differences = {
        score: {
            "value": value,
            "low": value - 0.05,
            "high": value + 0.05,
            "verdict": "higher" if value else "not told apart",
        }
        for score, value in (("pesq", pesq), ("hoyer_above_gaussian", above))
        if value is not None
    }
    keeps = {"pesq": {"verdict": "keeps" if pesq is not None and pesq >= 0 else "not told"}}
    return {"cell": name, "differences": differences, "keeps": keeps, "best": list(best)}


CELLS = [
    {**cell("vae"), "keeps": {}},
    cell("good", 0.2, 0.0, ["pesq", "estoi"]),
    cell("half", 0.1, 0.12, ["pesq"]),
    cell("sparse", -0.5, 0.3),
]


def test_the_best_cells_are_best_in_both_scores_of_quality():
    assert summary.describe_best(CELLS).endswith("same m: `good` +0.20 (0.15 to 0.25).")
    assert summary.describe_best(CELLS[2:]).endswith("same m: no cell.")


def test_a_sparser_cell_counts_if_it_keeps_the_pesq():
    text = summary.describe_sparsest(CELLS)
    assert text.endswith("Hoyer above Gaussian: `half` +0.120 (0.070 to 0.170).")


def gain(value):
    """Return a difference that is told apart from zero if it is not zero."""
    verdict = "higher" if value > 0 else "lower" if value < 0 else "not told apart"
    return {"value": value, "low": value - 0.05, "high": value + 0.05, "verdict": verdict}


def describe(**pesq):
    """Return the sentence on recipes for cells with a gain in PESQ each."""
    differences = {
        name: {"pesq": gain(value), "estoi": gain(0.0), "hoyer_above_gaussian": gain(0.2)}
        for name, value in pesq.items()
    }
    return summary.describe_recipes({"others": [{"differences": differences}]})


def test_our_recipe_is_said_to_be_higher_or_not_told_apart_in_each_score():
    assert describe(a=0.3, b=0.5, c=0.0) == (
        "**Our recipe beside that of the authors**, in 3 cells: "
        "PESQ is higher for 2, most for `b` +0.50 (0.45 to 0.55), and not told apart for `c`; "
        "ESTOI is not told apart for any; "
        "Hoyer above Gaussian is higher for 3, most for `a` +0.200 (0.150 to 0.250)."
    )


def test_a_recipe_may_be_higher_for_some_cells_and_lower_for_others():
    assert (
        "PESQ is higher for `c` +0.10 (0.05 to 0.15), "
        "and lower for 2, most for `b` −0.40 (−0.45 to −0.35); "
    ) in describe(a=-0.2, b=-0.4, c=0.1)


def test_many_cells_that_are_not_told_apart_are_the_others():
    others = dict.fromkeys("defgh", 0.0)
    assert (
        "PESQ is higher for `c` +0.10 (0.05 to 0.15), lower for `a` −0.20 (−0.25 to −0.15), "
        "and not told apart for the others; "
    ) in describe(a=-0.2, c=0.1, **others)
