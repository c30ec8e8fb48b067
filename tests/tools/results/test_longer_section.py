"""What the pages say of runs with more epochs; test_write.py has the page."""

from tools.results import longer_section


def finding(value):
    return {"value": value, "low": value - 0.05, "high": value + 0.05, "verdict": "higher"}


def run(epochs, losses, gains=None, gap=0.25):
    """Return a run: losses and gains by cell, and SDM-VAE minus the VAE if there is a gap."""
    cells = {
        name: {"training": {"loss": own, "best": [epochs, epochs - 1], "epochs": [epochs] * 2}}
        for name, own in losses.items()
    }
    differences = {"pesq": finding(gap), "hoyer_above_gaussian": finding(gap)}
    pair = {"cell": "sdm", "base": "vae", "model": "sdm", "differences": differences}
    return {
        "cells": cells,
        "within": [pair] if gap else [],
        "changes": {"train.epochs": [50, epochs]},
        "differences": {name: {"pesq": finding(each)} for name, each in (gains or {}).items()},
    }


FILE = {
    "base": run(50, {"vae": [-100.0, -101.0, -102.0], "sdm": [-110.0]}),
    "others": [
        run(100, {"vae": [-104.0, -106.0], "sdm": [-111.0]}, {"vae": 0.25, "sdm": 0.5}, gap=0.75),
        run(200, {"vae": [-108.0]}, {"vae": 1.0}, gap=0),
    ],
}


def test_a_row_has_the_epochs_the_change_of_the_loss_and_of_the_scores():
    assert longer_section.longer_table(FILE).splitlines()[2:] == [
        "| 100 | `vae` | 99 to 100 | −4.0 | **+0.25 (0.20 to 0.30)** | – | – | – | – |",
        "| 100 | `sdm` | 99 to 100 | −1.0 | **+0.50 (0.45 to 0.55)** | – | – | – | – |",
        "| 200 | `vae` | 199 to 200 | −7.0 | **+1.00 (0.95 to 1.05)** | – | – | – | – |",
    ]


def test_the_models_are_compared_after_each_number_of_epochs_that_has_both():
    rows = longer_section.conclusions_table(FILE).splitlines()[2:]
    starts = [row.partition("** |")[0] for row in rows]
    assert starts == [
        "| `sdm` − `vae` | 50 | **+0.25 (0.20 to 0.30)",
        "| `sdm` − `vae` | 100 | **+0.75 (0.70 to 0.80)",
    ]


def test_the_sentences_have_every_cell_and_every_number_of_epochs():
    assert longer_section.describe_gains(FILE) == (
        "The PESQ differs from that with 50 epochs: with 100 epochs by **+0.25 (0.20 to 0.30)** "
        "for `vae` and **+0.50 (0.45 to 0.55)** for `sdm`; with 200 epochs by "
        "**+1.00 (0.95 to 1.05)** for `vae`."
    )
    assert longer_section.describe_conclusions(FILE) == (
        "In PESQ, `sdm` − `vae` is **+0.25 (0.20 to 0.30)** with 50 and **+0.75 (0.70 to 0.80)** "
        "with 100 epochs. "
        "In Hoyer above Gaussian, `sdm` − `vae` is **+0.250 (0.200 to 0.300)** with 50 and "
        "**+0.750 (0.700 to 0.800)** with 100 epochs."
    )


def test_the_cells_and_the_numbers_of_epochs_are_listed():
    assert longer_section.list_epochs(FILE) == [50, 100, 200]
    assert longer_section.list_cells(FILE) == {"vae", "sdm"}
