from dataclasses import replace

from sdmvae.evaluation.scores import SCORES
from sdmvae.report import comparison, scoreboard


def board(results):
    return scoreboard.build_section(results, comparison.compare(results))


def column(found, title, kind="ours"):
    return next(
        place
        for place, each in enumerate(found["columns"])
        if (each["title"], each["kind"]) == (title, kind)
    )


def test_every_cell_has_a_figure_in_every_column(tiny_results):
    found = board(tiny_results)
    assert [row["cell"] for row in found["rows"]] == ["vae-m4", "vsc-a05-m4", "sdm-dct6-m4"]
    assert {len(row["figures"]) for row in found["rows"]} == {len(found["columns"])}
    place = column(found, "PESQ")
    for row, cell in zip(found["rows"], tiny_results.cells, strict=True):
        assert row["figures"][place].text == f"{cell['pesq']:.2f}"
        assert row["figures"][place].value == cell["pesq"]
        assert float(row["figures"][place].half) > 0


def test_a_column_has_one_star_which_is_on_the_largest(tiny_results):
    found = board(tiny_results)
    for key in ("pesq", "hoyer", "likelihood"):
        marks = [row["figures"][column(found, SCORES[key].label)].mark for row in found["rows"]]
        values = [cell[key] for cell in tiny_results.cells]
        assert marks.count("★") == 1
        assert marks.index("★") == values.index(max(values))
        assert set(marks) <= {"★", "≈", ""}


def test_the_star_is_on_the_smallest_where_lower_is_better(tiny_results):
    comparisons = comparison.compare(tiny_results)
    comparisons["pesq"] = replace(comparisons["pesq"], better="lower")
    found = scoreboard.build_section(tiny_results, comparisons)
    marks = [row["figures"][column(found, "PESQ")].mark for row in found["rows"]]
    values = [cell["pesq"] for cell in tiny_results.cells]
    assert marks.count("★") == 1
    assert marks.index("★") == values.index(min(values))


def test_published_figures_stand_beside_ours_and_their_cells_come_first(make_results):
    results = make_results(
        {"vsc-other": {"model": "vsc", "alpha": 0.4}, "vae": {"model": "vae"}}, dims=(32,)
    )
    found = board(results)
    assert found["published"]
    assert [row["cell"] for row in found["rows"]] == ["vae-m32", "vsc-other-m32"]
    place = column(found, "PESQ", "published")
    figures = [row["figures"][place] for row in found["rows"]]
    assert [(each.text, each.value) for each in figures] == [("3.29", 3.29), ("–", None)]
    assert place == column(found, "PESQ") + 1


def test_without_published_figures_there_are_no_columns_for_them(tiny_results):
    found = board(tiny_results)
    assert not found["published"]
    assert {each["kind"] for each in found["columns"]} == {"ours"}


def test_a_missing_score_is_a_dash_and_has_no_value_to_sort_by(make_results):
    results = make_results()
    results.cells[0]["pesq"] = None
    results.cells[0]["utterances_scored"] = 0
    found = board(results)
    figure = found["rows"][0]["figures"][column(found, "PESQ")]
    assert (figure.text, figure.value, figure.mark, figure.half) == ("–", None, "", "")
    assert found["unscored"] == ["vae-m4: 2"]


def test_one_test_speaker_has_no_intervals(make_results):
    found = board(make_results(speakers=("ann",)))
    assert not found["intervals"]
    assert not any(figure.half for row in found["rows"] for figure in row["figures"])
    assert not any(figure.mark == "≈" for row in found["rows"] for figure in row["figures"])
