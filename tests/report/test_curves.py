import json

import pandas as pd
import pytest
import vl_convert

from sdmvae.report import curves


def test_a_panel_a_latent_dimension_that_compiles(make_results):
    results = make_results(dims=(5, 4))
    specifications = curves.specifications(results)
    assert list(specifications) == ["curves-4", "curves-5"] == curves.section(results)["panels"]
    for m, specification in zip((4, 5), specifications.values(), strict=True):
        assert "http" not in json.dumps(specification, allow_nan=False).replace(
            specification["$schema"], ""
        )
        vl_convert.vegalite_to_vega(specification)
        assert {row["cell"] for row in specification["data"]["values"]} == {
            cell["cell"] for cell in results.cells if cell["m"] == m
        }


def test_both_losses_of_every_epoch(tiny_results):
    rows = curves.specifications(tiny_results)["curves-4"]["data"]["values"]
    own = pd.DataFrame(rows).query("cell == 'vae-m4'")
    table = tiny_results.curves["vae-m4"]
    for of, column in (("training", "train_loss"), ("validation", "validation_loss")):
        assert own[own["of"] == of]["loss"].tolist() == table[column].tolist()


def test_best_epoch_is_that_of_the_lowest_validation_loss():
    curve = pd.DataFrame({"epoch": [1, 2, 3, 4], "validation_loss": [3.0, -1.5, 2.0, -1.5]})
    assert curves.best(curve) == {"epoch": 2, "loss": -1.5}


@pytest.mark.parametrize(("epochs", "first"), [(1, 1), (4, 1), (17, 4), (500, 100)])
def test_the_first_steep_epochs_are_left_out_at_first(tiny_results, epochs, first):
    curve = pd.DataFrame({"epoch": range(1, epochs + 1)})
    curve["train_loss"] = curve["validation_loss"] = -curve["epoch"].astype(float)
    for name in tiny_results.curves:
        tiny_results.curves[name] = curve
    assert curves.first_shown(tiny_results) == first
    params = curves.specifications(tiny_results)["curves-4"]["params"]
    ranges = next(each["value"] for each in params if each["name"] == "ranges")
    assert len(ranges) == epochs
    assert ranges[first - 1] == [-epochs, -first]


def test_cells_that_stopped_at_different_epochs(make_results):
    results = make_results()
    results.curves["vae-m4"] = results.curves["vae-m4"].iloc[:1]
    found = curves.section(results)
    assert [row["epochs"] for row in found["rows"]] == [1, 3, 3]
    assert found["last"] == 3
