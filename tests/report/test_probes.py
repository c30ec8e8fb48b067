import pandas as pd
import pytest

from sdmvae.report import probes
from tests.support.charts import check_charts
from tests.support.made_up_probes import write_probes


def rewrite(results, **changes):
    """Write other probes in the place of those of the fixture."""
    for name in ("targets/frames.csv", "targets/left_out.csv"):
        (results.data / name).unlink()
    (results.data / "targets").rmdir()
    test = results.manifest[results.manifest["split"] == "test"]
    rows = test[["path", "speaker", "path"]].itertuples(index=False, name=None)
    write_probes(results.data, results.settings, list(rows), **changes)


def test_each_drawn_target_and_latent_dimension_has_a_chart_that_compiles(make_results):
    results = make_results(dims=(5, 4))
    rewrite(results, phones="abc")
    probed = probes.compare(results)
    charts = probes.build_charts(results, probed)
    panels = probes.build_section(results, probed)["panels"]
    assert [panel["name"] for panel in panels] == list(charts)
    assert list(charts) == [
        *("probes-voicing-4", "probes-voicing-5", "probes-phone-4", "probes-phone-5"),
    ]
    check_charts(charts, results.cells)


def test_a_point_is_the_value_with_as_many_entries(tiny_results):
    (chart,) = probes.build_charts(tiny_results, probes.compare(tiny_results)).values()
    rows = pd.DataFrame(chart["data"]["values"])
    values = pd.read_csv(tiny_results.data / "probes/vae-m4/0.csv")
    values = values[(values["input"] == "code") & (values["target"] == "voicing")]
    expected = values.groupby(values["k"].fillna(0))["value"].mean()
    shown = rows[rows["cell"] == "vae-m4"].set_index("kept")["value"]
    assert list(shown.index) == ["1", "2", "all"]
    assert shown.tolist() == pytest.approx([expected[1], expected[2], expected[0]], abs=1e-4)


def test_the_tables_have_all_codes_and_references_and_all_targets(tiny_results, rendered):
    section = probes.build_section(tiny_results, probes.compare(tiny_results))
    assert [table["title"].partition(":")[0] for table in section["tables"]] == [
        *("voicing", "energy", "log F0"),
    ]
    for table in section["tables"]:
        names = [row["name"] for row in table["rows"]]
        assert names == ["vae-m4", "vsc-a05-m4", "sdm-dct6-m4", "pca-m4", "log-power"]
        assert all(len(row["values"]) == len(section["columns"]) for row in table["rows"])
    text = rendered("probes", section)
    assert "These targets are left out: phone: the corpus does not tell the phones" in text
    assert "sex: too few frames, speakers or utterances have it" in text
    assert "Do the dimensions recur" not in text


def test_with_three_seeds_a_code_that_tells_more_wins(seeded_results, rendered):
    rewrite(seeded_results, effects={"vsc-a05-m4": 0.1})
    section = probes.build_section(seeded_results, probes.compare(seeded_results))
    (sentence,) = section["sentences"]
    assert sentence.startswith("A sparse code wins in voicing.")
    assert "vsc-a05-m4 with 1, 2 entries" in sentence and "sdm-dct6-m4 with" not in sentence
    text = rendered("probes", section)
    assert sentence in text
    assert [row["pairs"] for row in section["stability"]] == ["3"] * 3
    assert "Do the dimensions recur" in text


def test_without_values_there_is_no_section(make_results):
    results = make_results(speakers=("ann",))
    probed = probes.compare(results)
    assert probed == {}
    assert probes.build_section(results, probed) is None
    assert probes.build_charts(results, probed) == {}
