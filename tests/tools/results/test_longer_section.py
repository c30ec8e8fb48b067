"""What the page says of a run with more epochs; test_write.py has the whole section."""

from tools.results import longer_section

GAIN = {"value": 0.25, "low": 0.2, "high": 0.3, "verdict": "higher"}


def run(*losses, epochs):
    training = {"loss": losses, "best": [epochs, epochs - 1], "epochs": [epochs, epochs]}
    return {"cells": {"vae-m32": {"training": training}}, "within": []}


def test_a_row_has_the_epochs_the_change_of_the_loss_and_of_the_scores():
    other = {**run(-104.0, -106.0, epochs=200), "differences": {"vae-m32": {"pesq": GAIN}}}
    file = {"base": run(-100.0, -101.0, -102.0, epochs=50), "others": [other]}
    assert longer_section.longer_table(file).splitlines()[-1] == (
        "| `vae-m32` | 199 to 200 of 200 | −4.0 | **+0.25 (0.20 to 0.30)** | – | – | – | – |"
    )


def test_the_models_are_compared_after_either_number_of_epochs():
    pair = {"cell": "sdm", "base": "vae", "model": "sdm", "differences": {"pesq": GAIN}}
    shared = {"within": [pair]}
    other = {**shared, "changes": {"train.epochs": [50, 100]}}
    rows = longer_section.conclusions_table({"base": shared, "others": [other]}).splitlines()
    assert rows[2:] == [
        "| 50 | `sdm` − `vae` | **+0.25 (0.20 to 0.30)** | – | – | – | – |",
        "| 100 | `sdm` − `vae` | **+0.25 (0.20 to 0.30)** | – | – | – | – |",
    ]
