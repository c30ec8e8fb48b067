"""The page of results is made from the files, and from nothing else."""

import json

import pytest

from tests.support import PROJECT
from tools.results import forest, write

RUNS = write.read_runs(PROJECT / "docs/results")


def test_the_page_has_the_numbers_of_the_files():
    """Run python -m tools.results.write if this fails."""
    assert (PROJECT / "docs/results.md").read_text(encoding="utf-8") == write.render(RUNS)


def test_the_readme_has_the_table_of_recorded_speech():
    names = ["pesq", "estoi", "hoyer", "hoyer_above_gaussian", "effective_dims", "likelihood"]
    table = write.scores_table(RUNS["librispeech"]["cells"], names)
    assert table in (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RUNS)
def test_a_forest_plot_is_a_png_file_with_the_same_bytes_every_time(name):
    run = RUNS[name]
    first = forest.draw(run["cells"], run["compare"]["margins"])
    assert first.startswith(b"\x89PNG")
    assert first == forest.draw(run["cells"], run["compare"]["margins"])
    assert (PROJECT / f"docs/results/{name}.png").exists()


@pytest.mark.parametrize("name", RUNS)
def test_synthetic_speech_is_labelled(name):
    synthesiser = RUNS[name]["synthesiser"]
    assert (synthesiser is None) == (RUNS[name]["corpus"] not in ("voices", "espeak"))
    if synthesiser:
        page = (PROJECT / "docs/results.md").read_text(encoding="utf-8")
        assert f"SYNTHETIC speech of {synthesiser}" in page


CELL = {
    "cell": "sdm-m4",
    "m": 4,
    "model": "sdm",
    "published": {"pesq": 3.3, "stoi": 0.86, "hoyer": 0.64},
    "scores": {
        "pesq": {"mean": 3.1234, "sd": 0.0456, "half": 0.2},
        "estoi": {"mean": 0.9, "sd": None, "half": None},
    },
    "differences": {
        "pesq": {"value": -0.051, "low": -0.1, "high": -0.002, "verdict": "lower"},
        "estoi": {"value": 0.001, "low": None, "high": None, "verdict": None},
    },
    "keeps": {"pesq": {"verdict": "keeps"}, "estoi": {"verdict": "not shown to keep"}},
    "best": ["pesq"],
}


def test_a_table_of_scores_has_deviations_published_figures_and_the_best_in_bold():
    header, _, row = write.scores_table([CELL], ["pesq", "estoi"]).splitlines()
    assert header == "| cell | PESQ | published | ESTOI |"
    assert row == "| `sdm-m4` | **3.12 ± 0.05** | 3.30 | 0.90 |"


def test_a_table_of_differences_has_intervals_and_verdicts():
    base = {**CELL, "cell": "vae-m4", "differences": {}}
    table = write.differences_table([base, CELL], ["pesq", "estoi", "hoyer"]).splitlines()
    assert table[2:] == ["| `sdm-m4` | **−0.05 (−0.10 to −0.00)** | +0.001 | – | not shown |"]
    kept = json.loads(json.dumps(CELL).replace("not shown to keep", "keeps"))
    assert write.differences_table([kept], ["pesq"]).endswith("| yes |")


@pytest.mark.parametrize(("names", "text"), [(["a"], "`a`"), (["a", "b", "c"], "`a`, `b` and `c`")])
def test_cells_are_named_as_in_a_sentence(names, text):
    assert write.name_cells([{"cell": name} for name in names]) == text
