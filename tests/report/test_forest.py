import json
import math

import pytest
import vl_convert

from sdmvae.evaluation.statistics.findings import Quality
from sdmvae.report import baseline, comparison, forest


def made(results):
    compared = comparison.compare(results)
    return compared, forest.build_charts(results, compared)


def rows(chart):
    return {row["cell"]: row for row in chart["data"]["values"]}


def layer(chart, name):
    return next((each for each in chart["layer"] if each.get("name") == name), None)


@pytest.mark.parametrize("seeds", [[0], [0, 1, 2]])
def test_charts_compile_and_contain_no_address_except_their_schema(make_results, seeds):
    _, charts = made(make_results(dims=(5, 4), seeds=seeds))
    assert list(charts) == ["forest-pesq", "forest-hoyer_above_gaussian"]
    for chart in charts.values():
        assert json.dumps(chart, allow_nan=False).count("http") == 1
        vl_convert.vegalite_to_vega(chart)


@pytest.mark.parametrize("seeds", [[0], [0, 1, 2]])
def test_rows_are_the_findings_of_the_comparison(make_results, seeds):
    results = make_results(dims=(5, 4), seeds=seeds)
    compared, charts = made(results)
    for score in forest.SHOWN:
        shown, found = rows(charts[f"forest-{score}"]), compared[score].differences
        assert [row["m"] for row in shown.values()] == [4, 4, 5, 5]
        assert set(shown) == set(found)
        for cell, row in shown.items():
            assert row["base"] == f"vae-m{row['m']}"
            assert row["difference"] == pytest.approx(found[cell].estimate.value, abs=1e-6)
            assert (row["low"], row["high"]) == pytest.approx(found[cell].interval, abs=1e-6)


def test_verdicts_are_in_the_words_of_the_tables(seeded_results):
    compared, charts = made(seeded_results)
    for score in forest.SHOWN:
        words = baseline.SHOWN[score]
        for cell, row in rows(charts[f"forest-{score}"]).items():
            described = baseline.describe_difference(compared[score], cell, words)
            assert row["verdict"] == described["words"] != ""
            assert row["text"] == described["text"].partition(" ")[0]
    hollow = [cell for cell, row in rows(charts["forest-pesq"]).items() if "hollow" in row]
    assert hollow == ["sdm-dct6-m4"]
    assert layer(charts["forest-pesq"], "hollow")["mark"]["filled"] is False
    assert layer(charts["forest-hoyer_above_gaussian"], "hollow") is None


def test_a_cell_keeps_the_quality_where_its_interval_is_above_the_margin(seeded_results):
    compared, charts = made(seeded_results)
    chart = charts["forest-pesq"]
    margin = layer(chart, "margin")["encoding"]["x"]["datum"]
    assert margin == -seeded_results.settings.compare.margins.pesq
    assert layer(chart, "margin")["mark"]["strokeDash"]
    kept = {cell: row["least"] > margin for cell, row in rows(chart).items()}
    assert kept == {
        cell: finding.verdict is Quality.KEEPS
        for cell, finding in compared["pesq"].qualities.items()
    }
    assert set(kept.values()) == {True, False}
    assert layer(charts["forest-hoyer_above_gaussian"], "margin") is None


def test_one_seed_has_intervals_and_no_verdict(make_results, rendered):
    results = make_results()
    compared, charts = made(results)
    for chart in charts.values():
        assert layer(chart, "least") is None
        for row in rows(chart).values():
            assert row["verdict"] == "" and row["filled"] and row["low"] < row["high"]
    html = rendered("forest", forest.build_section(results, compared))
    assert "95&nbsp;%" in html and "(these weights, other speakers)" in html
    assert "told apart" not in html and "keeps" not in html
    assert "PESQ (0.1)" in html


def test_verdicts_are_explained_where_there_are_some(seeded_results, rendered):
    html = rendered("forest", forest.build_section(seeded_results, made(seeded_results)[0]))
    assert "(other seeds, other speakers)" in html
    assert "not told apart" in html and "keeps the quality" in html
    assert "97.5&nbsp;% in PESQ and 95&nbsp;% in Hoyer above Gaussian" in html


def test_one_speaker_leaves_points_without_intervals(make_results, rendered):
    results = make_results(speakers=("ann",))
    compared, charts = made(results)
    for chart in charts.values():
        vl_convert.vegalite_to_vega(chart)
        for row in rows(chart).values():
            assert math.isfinite(row["difference"]) and "low" not in row
    html = rendered("forest", forest.build_section(results, compared))
    assert "there are no intervals" in html


def test_without_a_vae_there_is_no_section(make_results):
    results = make_results({"vsc": {"model": "vsc", "alpha": 0.5}})
    compared, charts = made(results)
    assert charts == {}
    assert forest.build_section(results, compared) is None


def test_a_cell_without_a_score_has_no_row(make_results):
    results = make_results()
    results.cells[1]["pesq"] = None
    _, charts = made(results)
    assert set(rows(charts["forest-pesq"])) == {"sdm-dct6-m4"}
    assert set(rows(charts["forest-hoyer_above_gaussian"])) == {"vsc-a05-m4", "sdm-dct6-m4"}
