"""What the page says of the models that the paper has no figures of."""

from tools.results import rivals_section


def cell(name, pesq="not told apart", above="not told apart", keeps=("keeps", "keeps")):
    """Return a cell with verdicts on its differences from the VAE."""
    return {
        "cell": name,
        "differences": {"pesq": {"verdict": pesq}, "hoyer_above_gaussian": {"verdict": above}},
        "keeps": {
            score: {"verdict": verdict}
            for score, verdict in zip(("pesq", "estoi"), keeps, strict=True)
        },
    }


def test_what_is_shown_of_each_model_is_named():
    cells = [
        cell("good", "higher"),
        cell("poor", "lower", "higher", ("not shown to keep", "keeps")),
        cell("sparse", above="higher"),
        {"cell": "without", "differences": {}, "keeps": {}},
    ]
    assert rivals_section.describe_rivals(cells) == (
        "Against the VAE of the same m, this is shown: a higher PESQ for `good`; "
        "a lower PESQ for `poor`; the same quality within the margins for `good` and `sparse`; "
        "a higher Hoyer above Gaussian for `poor` and `sparse`."
    )
    assert "a lower PESQ for none;" in rivals_section.describe_rivals(cells[:1])


def test_the_control_has_the_differences_and_says_which_are_told_apart():
    finding = {"value": 0.25, "low": 0.2, "high": 0.3, "verdict": "higher"}
    pair = {"cell": "sdm", "base": "shared", "differences": {"hoyer": finding, "pesq": finding}}
    text = rivals_section.describe_control(pair)
    assert (
        "`sdm` minus `shared`, the same model with one variance per atom, is: PESQ +0.25 " in text
    )
    assert text.endswith("Hoyer +0.250 (0.200 to 0.300) (told apart).")
