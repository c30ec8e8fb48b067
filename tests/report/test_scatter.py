import json

import pytest
import vl_convert

from sdmvae.evaluation.scores import SCORES
from sdmvae.figures import palette
from sdmvae.report import scatter


def named(specification, name):
    return next(each for each in specification["layer"] if each.get("name") == name)


def test_every_chart_compiles_and_contains_no_address_except_its_schema(tiny_results):
    for specification in scatter.build_charts(tiny_results).values():
        text = json.dumps(specification, allow_nan=False)
        assert text.count("http") == 1
        vl_convert.vegalite_to_vega(specification)


def test_a_scatter_for_each_pair_of_scores(tiny_results):
    assert set(scatter.build_charts(tiny_results)) == {
        *(f"scatter-{q.name}-{s.name}" for q in scatter.QUALITIES for s in scatter.SPARSITIES),
    }


def test_pairs_are_those_of_quality_and_sparsity():
    assert [score.name for score in scatter.QUALITIES] == ["pesq", "stoi", "estoi"]
    assert [score.name for score in scatter.SPARSITIES] == ["hoyer_above_gaussian", "hoyer"]


def test_points_are_the_scores_of_the_cells(tiny_results):
    rows = scatter.build_charts(tiny_results)["scatter-stoi-hoyer"]["data"]["values"]
    for row, cell in zip(rows, tiny_results.cells, strict=True):
        assert (row["cell"], row["x"], row["y"]) == (cell["cell"], cell["hoyer"], cell["stoi"])
        assert row["text_y"] == f"{cell['stoi']:.2f}"
    assert [row["variant"] for row in rows] == ["vae", "vsc-a05", "sdm-dct6"]


def test_colour_shows_the_model_and_shape_shows_m(make_results):
    results = make_results(dims=(4, 5))
    specification = scatter.build_charts(results)["scatter-pesq-hoyer"]
    points = next(each for each in specification["layer"] if "shape" in each["encoding"])
    colour, shape = points["encoding"]["color"], points["encoding"]["shape"]
    assert colour["scale"]["domain"] == ["vae", "vsc", "sdm"]
    assert colour["scale"]["range"] == list(palette.COLOURS[:3])
    assert (shape["field"], shape["scale"]["domain"]) == ("m", [4, 5])
    assert points["encoding"]["tooltip"][0] == {"field": "cell", "title": "cell"}


def test_published_figures_are_shown_for_the_scores_that_they_are_of(make_results):
    results = make_results({"vae": {"model": "vae"}}, dims=(32,))
    specifications = scatter.build_charts(results)
    (row,) = named(specifications["scatter-pesq-hoyer"], "published")["data"]["values"]
    assert (row["cell"], row["x"], row["y"]) == ("vae-m32, published", 0.40, 3.29)
    for name in ("scatter-estoi-hoyer", "scatter-pesq-hoyer_above_gaussian"):
        assert not [
            each for each in specifications[name]["layer"] if each.get("name") == "published"
        ]


@pytest.mark.parametrize("key", ["pesq", "hoyer_above_gaussian"])
def test_a_cell_without_a_score_is_named_and_not_drawn(make_results, key):
    results = make_results()
    results.cells[1][key] = None
    quality, sparsity = SCORES["pesq"], SCORES["hoyer_above_gaussian"]
    rows = scatter.build_chart(results, quality, sparsity)["data"]["values"]
    assert [row["cell"] for row in rows] == ["vae-m4", "sdm-dct6-m4"]
    assert scatter.build_section(results)["missing"] == ["vsc-a05-m4"]


def test_points_have_no_intervals_because_claims_are_paired(seeded_results, rendered):
    for chart in scatter.build_charts(seeded_results).values():
        assert "rule" not in {layer["mark"]["type"] for layer in chart["layer"]}
        assert "±" not in json.dumps(chart, ensure_ascii=False)
    assert "95 %" not in rendered("scatter", scatter.build_section(seeded_results))


def test_every_published_figure_has_its_name(make_results):
    results = make_results({"vae": {"model": "vae"}}, dims=(32, 64))
    chart = scatter.build_charts(results)["scatter-stoi-hoyer"]
    names = named(chart, "published-names")
    assert names["encoding"]["text"] == {"field": "name"}
    assert [row["name"] for row in names["data"]["values"]] == ["vae-m32", "vae-m64"]
    assert names["data"] == named(chart, "published")["data"]
