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


def test_the_gain_of_our_recipe_is_given_from_the_least_to_the_most():
    estoi = cell("", pesq=0.0)["differences"]["pesq"]
    differences = {
        each["cell"]: {**each["differences"], "estoi": estoi}
        for each in (cell("a", 0.5, 0.0), cell("b", 0.3, 0.1), cell("c", 0.4, 0.2))
    }
    assert summary.describe_recipes({"others": [{"differences": differences}]}) == (
        "**Our recipe minus that of the authors**: "
        "PESQ +0.30 (0.25 to 0.35) for `b` to +0.50 (0.45 to 0.55) for `a`, "
        "told apart for 3 of 3 cells; "
        "ESTOI +0.000 (−0.050 to 0.050) for `a` to +0.000 (−0.050 to 0.050) for `c`, "
        "told apart for 0 of 3 cells; "
        "Hoyer above Gaussian +0.000 (−0.050 to 0.050) for `a` to +0.200 (0.150 to 0.250) for `c`, "
        "told apart for 2 of 3 cells."
    )
    (one,) = list(differences.items())[:1]
    text = summary.describe_recipes({"others": [{"differences": dict([one])}]})
    assert "PESQ +0.50 (0.45 to 0.55) for `a`, told apart for 1 of 1 cells" in text
