"""The page of results is made from the files, and from nothing else."""

import pytest

from tests.support import PROJECT
from tools.results import json_file, write
from tools.results.durations import STAGES

FILES = json_file.read_all(PROJECT / "docs/results")
RUNS = write.find_runs(FILES)


@pytest.mark.parametrize("page", write.PAGES)
def test_a_page_has_the_numbers_of_the_files(page):
    """Run python -m tools.results.write if this fails."""
    written = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    assert written == write.render(FILES, page)


def test_the_readme_has_the_table_of_recorded_speech():
    """Run python -m tools.results.write if this fails."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert write.readme_table(FILES) in text
    run = RUNS["librispeech"]
    seeds = {3: "three", 4: "four", 5: "five"}[len(run["seeds"])]
    assert f"with {seeds} seeds and {run['train']['epochs']} epochs" in text


@pytest.fixture(scope="module")
def figures():
    return write.draw(FILES)


def test_the_figures_are_png_files_with_the_same_bytes_every_time(figures):
    assert all(content.startswith(b"\x89PNG") for content in figures.values())
    assert figures == write.draw(FILES)


def test_every_figure_is_there_and_none_is_left_over(figures):
    """Run python -m tools.results.write if this fails."""
    assert {path.name for path in (PROJECT / "docs/results").glob("*.png")} == set(figures)


@pytest.mark.parametrize("name", RUNS)
def test_synthetic_speech_is_labelled(name):
    synthesiser = RUNS[name]["synthesiser"]
    assert (synthesiser is None) == (RUNS[name]["corpus"] not in ("voices", "espeak"))
    if synthesiser:
        page = (PROJECT / "docs/results-synthetic.md").read_text(encoding="utf-8")
        assert f"SYNTHETIC speech of {synthesiser}" in page


def finding(value=0.1, verdict="higher"):
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "verdict": verdict}


RATE = {"train.learning_rate": [1e-4, 2e-3]}


def made_up_comparison(settings=1, changes=RATE):
    """Return a comparison of runs, as `compare.compare` does, with the first cells of the page."""
    cells = [cell for cell in RUNS["librispeech"]["cells"] if cell["published"]][:8]
    run = {
        "run": "base",
        "seeds": [0, 1, 2],
        "cells": {
            cell["cell"]: {**cell, "training": {"epochs": [20], "best": [19], "loss": [1.0]}}
            for cell in cells
        },
        "within": [
            {
                "cell": "sdm-eye-m32",
                "base": "vae-m32",
                "model": "sdm",
                "differences": {"hoyer": finding(), "hoyer_above_gaussian": finding()},
            },
            {
                "cell": "vae-m64",
                "base": "vae-m32",
                "model": "vae",
                "differences": {"pesq": finding(0.333)},
            },
        ],
    }
    names = ("pesq", "estoi", "hoyer", "hoyer_above_gaussian")
    scores = {name: finding() for name in names}
    other = {
        **run,
        "run": "other",
        "changes": changes,
        "differences": {cell["cell"]: scores for cell in cells},
        "passes": None,
    }
    return {"base": run, "others": [other] * settings}


def made_up_files():
    """Return the files with one of each kind that the page can show."""
    librispeech = RUNS["librispeech"]
    first, *inner, last = [cell["cell"] for cell in librispeech["cells"]]
    hyperpriors = [
        {"cell": name, "shape": shape, "rate": shape, "differences": {"pesq": finding()}}
        for name, shape in ((first, None), *((name, 0.5) for name in inner), (last, None))
    ]
    return {
        **FILES,
        "librispeech": {**librispeech, "hyperpriors": hyperpriors, "sparsest_of_kept": [first]},
        "ablation": made_up_comparison(settings=6),
        "growth": made_up_comparison(),
        "longer": made_up_comparison(changes={"train.epochs": [50, 200]}),
        "recipes": made_up_comparison(),
        "time_to_bound": BOUND,
        "durations": {"the run": {each: {"count": 3, "seconds": 7200} for each in STAGES}},
        "step_cost": {"m": 64, "variants": {"vae": {"median": 1.0, "least": 1.0, "greatest": 1.0}}},
    }


BOUND = {
    "cell": "vae-m32",
    "steps": 300,
    "rounds": 7,
    "authors": {"epochs": 400, "seconds": {"median": 8000.4}},
    "ours": {"epochs": 6, "seconds": {"median": 8.1}},
    "quotient": {"median": 987.6, "least": 900.0, "greatest": 1100.0},
}
OPTIONAL = {
    "ablation": "## Why our figures differ",
    "growth": "is −0.03 in the paper. Here it is **+0.33 (0.23 to 0.43)** with the default recipe",
    "longer": "`sdm-eye-m32` − `vae-m32` is **+0.100 (0.000 to 0.200)** with 50 and **+0.100",
    "recipes": "## Two recipes",
    "authors": "the verdicts on the claims of the paper are: holds ",
    "durations": "In all: 3 trainings in 2.0 hours, and 4.0 hours of",
    "step_cost": "| fast training |",
    "time_to_bound": "takes 8 s (6 epochs) to the same loss: 988 times less (900 to 1100 over 7",
}


@pytest.mark.parametrize(("name", "text"), OPTIONAL.items())
def test_a_section_is_shown_if_its_file_exists(name, text):
    files = made_up_files()
    assert text in write.render(files)
    assert text not in write.render({key: file for key, file in files.items() if key != name})


def test_models_of_one_recipe_are_compared_if_the_authors_recipe_has_both():
    files = made_up_files()
    text = "| ours | `sdm-eye-m32` − `vae-m32` | "
    assert text in write.render(files)
    files["recipes"] = {**files["recipes"], "base": {**files["recipes"]["base"], "within": []}}
    assert text not in write.render(files)


def test_the_further_models_are_compared_with_the_recipe_of_the_authors_if_it_has_any():
    files = dict(FILES)
    further = [cell for cell in files["authors"]["cells"] if not cell["published"]]
    text = f"With the recipe of the authors, {len(further)} of them were trained"
    assert text in write.render(files)
    paper = [cell for cell in files["authors"]["cells"] if cell["published"]]
    files["authors"] = {**files["authors"], "cells": paper, "control": []}
    assert "of them were trained" not in write.render(files)
    assert "cells that the paper has no figures of" not in write.render(files, "results-authors.md")


def test_the_section_of_hyperpriors_is_shown_with_its_figure():
    files = made_up_files()
    assert "(results/student.png)" in write.render(files, "results-hyperprior.md")
    assert "student.png" in write.draw(files)
    for name in write.find_runs(files):
        files[name] = {**files[name], "hyperpriors": []}
    assert "(results/student.png)" not in write.render(files, "results-hyperprior.md")
    assert "results-hyperprior.md" not in write.render(files)
    assert "student.png" not in write.draw(files)


def test_a_page_with_all_sections_is_short_and_has_no_gaps():
    page = write.render(made_up_files())
    assert len(page.splitlines()) < 200
    assert "\n\n\n" not in page
