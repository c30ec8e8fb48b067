"""What the page says of runs that differ in one setting each."""

from tools.results import settings_section


def run(best, within=()):
    training = {"training": {"epochs": [20, 20, 20], "best": best}}
    published = {"vae-m32": {"pesq": 3.0}, "vae-m64": {"pesq": 3.25}}
    cells = {name: {**training, "published": figures} for name, figures in published.items()}
    return {"cells": cells, "within": list(within), "changes": {"train.decay": [0.4, 0.0]}}


def pair(model, **values):
    differences = {
        score: {
            "value": value,
            "low": value - 0.1,
            "high": value + 0.1,
            "verdict": "not told apart",
        }
        for score, value in values.items()
    }
    return {"cell": f"{model}-m64", "base": "vae-m32", "model": model, "differences": differences}


def test_trainings_whose_best_epoch_is_the_last_are_counted():
    file = {"base": run([20, 20, 20]), "others": [run([20, 12, 20])]}
    assert "in 10 of the 12 trainings" in settings_section.describe_epochs(file)


def test_runs_with_fewer_speakers_are_said_to_have_more_epochs():
    fewer = {"changes": {"split.train": [100, 50], "train.epochs": [20, 40]}}
    said = [
        settings_section.describe_design({"others": others})
        for others in ([run([20])], [run([20]), fewer])
    ]
    assert said[0] == "Each run differs from the base run in one setting."
    assert "; runs with fewer training speakers also have more epochs, " in said[1]


def test_growth_is_said_of_the_paper_and_of_every_run_that_has_both_sizes():
    base, other = run([20] * 3, [pair("vae", pesq=0.5)]), run([20] * 3, [pair("vae", pesq=-0.5)])
    assert settings_section.describe_growth({"base": base, "others": [other, run([20] * 3)]}) == (
        "The PESQ of `vae-m64` minus that of `vae-m32` is +0.25 in the paper. Here it is "
        "+0.50 (0.40 to 0.60) with the default recipe and "
        "−0.50 (−0.60 to −0.40) with `train.decay` 0.4 → 0."
    )


def test_growth_with_the_authors_recipe_is_said_if_it_has_both_sizes():
    file = {"base": run([20] * 3, [pair("vae", pesq=0.5)]), "others": []}
    authors = run([300] * 3, [pair("vae", pesq=0.0)])
    text = settings_section.describe_growth(file, authors)
    assert text.endswith("the default recipe and +0.00 (−0.10 to 0.10) with the authors' recipe.")
    assert "authors" not in settings_section.describe_growth(file, run([300] * 3))


def test_measures_are_compared_with_the_published_score_and_with_each_other():
    file = {"base": run([20] * 3, [pair("sdm", hoyer=0.2, hoyer_above_gaussian=0.1)]), "others": []}
    agreement = {"stoi_cells": 14, "stoi_mean_difference": 0.08, "estoi_mean_difference": -0.02}
    text = settings_section.describe_measures(file, agreement)
    assert "published STOI is +0.080 on average, and our ESTOI minus it is −0.020;" in text
    assert "is +0.200 (0.100 to 0.300) in Hoyer, and +0.100 (0.000 to 0.200) after" in text
