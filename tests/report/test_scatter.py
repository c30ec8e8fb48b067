import json
import math

import pytest
import vl_convert

from sdmvae.evaluation.scores import SCORES
from sdmvae.figures import palette
from sdmvae.report import comparison, scatter


def made(results):
    return scatter.build_charts(results, comparison.compare(results))


def named(specification, name):
    return next(each for each in specification["layer"] if each.get("name") == name)


def test_every_chart_compiles_and_contains_no_address_except_its_schema(tiny_results):
    for specification in made(tiny_results).values():
        text = json.dumps(specification, allow_nan=False)
        assert text.count("http") == 1
        vl_convert.vegalite_to_vega(specification)


def test_a_scatter_for_each_pair_of_scores(tiny_results):
    assert set(made(tiny_results)) == {
        *(f"scatter-{q.name}-{s.name}" for q in scatter.QUALITIES for s in scatter.SPARSITIES),
    }


def test_pairs_are_those_of_quality_and_sparsity():
    assert [score.name for score in scatter.QUALITIES] == ["pesq", "stoi", "estoi"]
    assert [score.name for score in scatter.SPARSITIES] == ["hoyer_above_gaussian", "hoyer"]


def test_points_are_the_scores_of_the_cells(tiny_results):
    rows = made(tiny_results)["scatter-stoi-hoyer"]["data"]["values"]
    for row, cell in zip(rows, tiny_results.cells, strict=True):
        assert (row["cell"], row["x"], row["y"]) == (cell["cell"], cell["hoyer"], cell["stoi"])
        assert row["low_y"] < row["y"] < row["high_y"]
        assert row["text_y"].startswith(f"{cell['stoi']:.2f} ± ")
    assert [row["variant"] for row in rows] == ["vae", "vsc-a05", "sdm-dct6"]


def test_colour_shows_the_model_and_shape_shows_m(make_results):
    results = make_results(dims=(4, 5))
    specification = made(results)["scatter-pesq-hoyer"]
    points = next(each for each in specification["layer"] if "shape" in each["encoding"])
    colour, shape = points["encoding"]["color"], points["encoding"]["shape"]
    assert colour["scale"]["domain"] == ["vae", "vsc", "sdm"]
    assert colour["scale"]["range"] == list(palette.COLOURS[:3])
    assert (shape["field"], shape["scale"]["domain"]) == ("m", [4, 5])
    assert points["encoding"]["tooltip"][0] == {"field": "cell", "title": "cell"}


def test_published_figures_are_shown_for_the_scores_that_they_are_of(make_results):
    results = make_results({"vae": {"model": "vae"}}, dims=(32,))
    specifications = made(results)
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
    compared = comparison.compare(results)
    quality, sparsity = SCORES["pesq"], SCORES["hoyer_above_gaussian"]
    rows = scatter.build_chart(results, compared, quality, sparsity)["data"]["values"]
    assert [row["cell"] for row in rows] == ["vae-m4", "sdm-dct6-m4"]
    assert scatter.build_section(results, compared)["missing"] == ["vsc-a05-m4"]


def test_bars_are_the_intervals_of_the_means(seeded_results):
    compared = comparison.compare(seeded_results)
    rows = scatter.build_charts(seeded_results, compared)["scatter-pesq-hoyer"]["data"]["values"]
    for row in rows:
        for axis, score in (("x", "hoyer"), ("y", "pesq")):
            half = compared[score].half_width(row["cell"])
            assert row[f"low_{axis}"] == pytest.approx(row[axis] - half, abs=1e-6)
            assert row[f"high_{axis}"] == pytest.approx(row[axis] + half, abs=1e-6)


@pytest.mark.parametrize(
    ("seeds", "speakers", "label"),
    [
        ([0], ("ann", "bob"), "95 % intervals (these weights, other speakers)"),
        ([0, 1], ("ann", "bob"), "95 % intervals (other seeds, other speakers)"),
        ([0, 1], ("ann",), None),
    ],
)
def test_the_page_says_what_the_intervals_cover(make_results, rendered, seeds, speakers, label):
    results = make_results(seeds=seeds, speakers=speakers)
    text = rendered("scatter", scatter.build_section(results, comparison.compare(results)))
    assert label in text if label else "intervals" not in text


def test_one_speaker_leaves_points_without_bars(make_results):
    specification = made(make_results(speakers=("ann",)))["scatter-pesq-hoyer"]
    for row in specification["data"]["values"]:
        assert row["low_x"] == pytest.approx(row["x"]) == row["high_x"]
        assert "±" not in row["text_x"] and math.isfinite(row["y"])
