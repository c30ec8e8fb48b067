import itertools
import json

import pandas as pd
import pytest

from sdmvae.report import curves
from sdmvae.report.formatting import format_number
from tests.support.charts import check_charts


def test_each_quantity_and_latent_dimension_has_a_panel_that_compiles(make_results):
    results = make_results(dims=(5, 4))
    charts = curves.build_charts(results)
    names = [panel["name"] for panel in curves.build_section(results)["panels"]]
    assert names == [
        *("curves-bound-4", "curves-sparsity-4", "curves-bound-5", "curves-sparsity-5"),
        *("curves-loss-4", "curves-loss-5"),
    ]
    assert list(charts) == names
    check_charts(charts, results.cells)


def test_panels_show_bound_sparsity_and_training_loss_of_every_epoch(tiny_results):
    table = tiny_results.curves["vae-m4"]
    table["penalty"] = [5.0, 6.0, 7.0]
    expected = {
        "curves-bound-4": -(table["reconstruction"] + table["kl"]),
        "curves-sparsity-4": table["hoyer_above_gaussian"],
        "curves-loss-4": table["train_loss"],
    }
    charts = curves.build_charts(tiny_results)
    for name, values in expected.items():
        rows = pd.DataFrame(charts[name]["data"]["values"]).query("cell == 'vae-m4'")
        assert rows["value"].tolist() == pytest.approx(values.tolist(), abs=1e-4)
        assert rows["epoch"].tolist() == [1, 2, 3]


def test_titles_say_what_a_panel_shows(tiny_results):
    charts = curves.build_charts(tiny_results)
    assert charts["curves-bound-4"]["title"] == "validation bound (ELBO), m = 4"
    assert charts["curves-sparsity-4"]["title"] == (
        "sparsity of validation codes (Hoyer above Gaussian), m = 4"
    )
    assert charts["curves-loss-4"]["title"] == "training loss (with the penalty), m = 4"


def test_a_dot_marks_the_epoch_with_the_lowest_validation_loss(tiny_results):
    tiny_results.curves["vae-m4"]["validation_loss"] = [3.0, 1.0, 2.0]
    for chart in curves.build_charts(tiny_results).values():
        (dots,) = [layer["data"]["values"] for layer in chart["layer"] if "data" in layer]
        assert {dot["cell"]: dot["epoch"] for dot in dots}["vae-m4"] == 2
        assert all(dot in chart["data"]["values"] for dot in dots)
    row = curves.build_section(tiny_results)["rows"][0]
    assert (row["epoch"], row["loss"], row["epochs"]) == (2, 1.0, 3)
    assert row["bound"] == pytest.approx(-6.0)


@pytest.mark.parametrize(("epochs", "first"), [(1, 1), (4, 1), (17, 4), (500, 100)])
def test_curves_start_after_the_first_steep_epochs(tiny_results, epochs, first):
    curve = pd.DataFrame({"epoch": range(1, epochs + 1)})
    curve["train_loss"] = curve["validation_loss"] = -curve["epoch"].astype(float)
    curve["reconstruction"], curve["kl"] = curve["train_loss"] - 1, 1.0
    curve["hoyer_above_gaussian"] = curve["epoch"] / 1000
    for name in tiny_results.curves:
        tiny_results.curves[name] = curve
    assert curves.choose_first_epoch(tiny_results) == first
    charts = curves.build_charts(tiny_results)
    for name, expected in (
        ("curves-loss-4", [-epochs, -first]),
        ("curves-bound-4", [first, epochs]),
        ("curves-sparsity-4", [first / 1000, epochs / 1000]),
    ):
        params = charts[name]["params"]
        ranges = next(param["value"] for param in params if param["name"] == "ranges")
        assert len(ranges) == epochs
        assert ranges[first - 1] == expected


def test_cells_may_stop_at_different_epochs(make_results):
    results = make_results()
    results.curves["vae-m4"] = results.curves["vae-m4"].iloc[:1]
    section = curves.build_section(results)
    assert [row["epochs"] for row in section["rows"]] == [1, 3, 3]
    assert section["last"] == 3


def test_with_several_seeds_the_curves_are_those_of_the_first(make_results, rendered):
    one, several = make_results(), make_results(seeds=[5, 2])
    assert "The curves are those of" not in rendered("curves", curves.build_section(one))
    text = rendered("curves", curves.build_section(several))
    assert "trained with 2 seeds. The curves are those of the first one, seed 5." in text


def test_the_gap_is_between_the_losses_of_the_best_epoch(tiny_results, rendered):
    gaps = {"vae-m4": 2.0, "vsc-a05-m4": -1.5, "sdm-dct6-m4": 7.25}
    for cell, gap in gaps.items():
        curve = tiny_results.curves[cell]
        curve["validation_loss"] = [5.0, 1.0, 3.0]
        curve["train_loss"] = [0.0, 1.0 - gap, 0.0]
    text = curves.describe_gap(tiny_results)
    assert text == (
        "At the best epoch, the validation loss minus the training loss is 2.0 nats per frame in "
        "the median of the cells, and between −1.5 (vsc-a05-m4) and 7.2 (sdm-dct6-m4)."
    )
    assert text in rendered("curves", curves.build_section(tiny_results))


def test_the_gap_of_one_cell_is_one_number(make_results):
    results = make_results({"vae": {"model": "vae"}})
    assert curves.describe_gap(results).endswith(" is 0.7 nats per frame.")


def test_lines_of_one_model_have_different_dashes(make_results):
    variants = {
        f"vsc-{place}": {"model": "vsc", "alpha": alpha} for place, alpha in enumerate((0.1, 0.5))
    }
    results = make_results({"vae": {"model": "vae"}, **variants}, dims=(4, 5))
    rows = {row["cell"]: row["dash"] for row in curves.build_section(results)["rows"]}
    for name, chart in curves.build_charts(results).items():
        dash = chart["layer"][0]["encoding"]["strokeDash"]
        shown = dict(zip(dash["scale"]["domain"], dash["scale"]["range"], strict=True))
        m = name[-1]
        assert shown[f"vsc-0-m{m}"] != shown[f"vsc-1-m{m}"]
        assert shown == {cell: each for cell, each in rows.items() if cell.endswith(m)}


@pytest.mark.parametrize("last", [1, 2, 24, 25, 26, 60, 500])
def test_a_table_of_a_curve_has_the_first_and_the_last_epoch_and_few_between(last):
    epochs = curves.choose_epochs(last)
    assert (epochs[0], epochs[-1]) == (1, last)
    assert len(epochs) <= 27
    assert len({after - before for before, after in itertools.pairwise(epochs[1:-1])}) <= 1
    assert epochs == list(range(1, last + 1)) or last > 25


def test_tables_have_the_values_of_the_charts(make_results, rendered):
    results = make_results(dims=(5, 4))
    results.curves["vae-m4"] = results.curves["vae-m4"].iloc[:1]
    section = curves.build_section(results)
    for table, chart in zip(section["tables"], curves.build_charts(results).values(), strict=True):
        digits = 3 if "sparsity" in chart["title"] else 1
        drawn = {
            (row["cell"], row["epoch"]): format_number(row["value"], digits)
            for row in chart["data"]["values"]
        }
        told = {
            (cell, row["epoch"]): value
            for row in table["rows"]
            for cell, value in zip(table["cells"], row["values"], strict=True)
            if value != "–"
        }
        assert told == drawn
        assert table["title"] == chart["title"]
    assert "–</td>" in rendered("curves", section)


def test_a_sparsity_that_is_not_defined_has_no_panel_and_no_point(make_results):
    results = make_results(dims=(4, 5))
    for name, curve in results.curves.items():
        if name.endswith("m4") or name == "vae-m5":
            curve["hoyer_above_gaussian"] = float("nan")
    results.curves["vsc-a05-m5"].loc[0, "hoyer_above_gaussian"] = float("nan")
    results.curves["sdm-dct6-m5"].loc[0, "hoyer_above_gaussian"] = float("nan")
    charts = curves.build_charts(results)
    assert "curves-sparsity-4" not in charts and "curves-bound-4" in charts
    rows = charts["curves-sparsity-5"]["data"]["values"]
    assert {(row["cell"], row["epoch"]) for row in rows} == {
        (cell, epoch) for cell in ("vsc-a05-m5", "sdm-dct6-m5") for epoch in (2, 3)
    }
    json.dumps(charts, allow_nan=False)
