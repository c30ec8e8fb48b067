import json

import vl_convert

from sdmvae.report import rates


def test_the_chart_compiles_and_contains_no_address_except_its_schema(tiny_results):
    chart = rates.build_chart(tiny_results)
    assert json.dumps(chart, allow_nan=False).count("http") == 1
    vl_convert.vegalite_to_vega(chart)


def test_rates_show_kl_and_reconstruction_of_the_cells_that_have_both(make_results):
    results = make_results()
    results.cells[0]["kl"] = None
    rows = rates.build_chart(results)["data"]["values"]
    assert [(row["x"], row["y"]) for row in rows] == [
        (cell["kl"], cell["reconstruction"]) for cell in results.cells[1:]
    ]
    section = rates.build_section(results)
    place = [score.name for score in section["columns"]].index("kl")
    assert section["rows"][0]["values"][place] is None
