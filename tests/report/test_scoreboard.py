import pytest

from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics import estimates, seed_scores
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


def marked(found, key):
    place = column(found, SCORES[key].label)
    return [row["cell"] for row in found["rows"] if row["figures"][place].mark]


def test_cells_that_are_not_worse_than_the_best_have_a_mark(seeded_results):
    found = board(seeded_results)
    expected = {
        "pesq": ["vae-m4", "sdm-dct6-m4"],
        "hoyer_above_gaussian": ["vsc-a05-m4"],
        "dims_in_use": [],
    }
    assert {key: marked(found, key) for key in expected} == expected
    assert {figure.mark for row in found["rows"] for figure in row["figures"]} == {
        found["mark"],
        "",
    }
    assert found["mark"]


@pytest.mark.parametrize("seeds", [[0], [0, 1]])
def test_with_fewer_than_three_seeds_nothing_is_marked(make_results, seeds):
    found = board(make_results(seeds=seeds))
    assert found["mark"] == ""
    assert not any(figure.mark for row in found["rows"] for figure in row["figures"])


def test_figures_are_means_of_cells_and_intervals_those_of_the_statistics(seeded_results):
    found = board(seeded_results)
    place = column(found, "PESQ")
    for row, cell in zip(found["rows"], seeded_results.cells, strict=True):
        table = seeded_results.utterances[cell["cell"]]
        interval = estimates.mean(seed_scores.from_table(cell["cell"], table, "pesq")).interval()
        figure = row["figures"][place]
        assert (figure.value, figure.text) == (cell["pesq"], f"{cell['pesq']:.2f}")
        assert figure.half == f"{(interval.high - interval.low) / 2:.2f}"


def test_counts_of_several_seeds_are_means(make_results):
    results = make_results(seeds=[0, 1, 2])
    results.cells[0].update(utterances_scored=1.666667, frames_all_zero=4)
    found = board(results)
    assert found["seeds"] == 3
    assert found["unscored"] == ["vae-m4: 0.3"]
    assert found["all_zero"] == [f"vae-m4: 4 of {results.cells[0]['frames']}"]


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
    assert not any(figure.mark for row in found["rows"] for figure in row["figures"])


def test_scores_of_a_whole_cell_have_no_interval_and_no_mark(tiny_results):
    found = board(tiny_results)
    for key, texts in (("dims", ("4", "4", "6")), ("energy_distance_fitted", ("0.010",) * 3)):
        figures = [row["figures"][column(found, SCORES[key].label)] for row in found["rows"]]
        assert [figure.text for figure in figures] == list(texts)
        assert {(figure.mark, figure.half) for figure in figures} == {("", "")}
    place = column(found, SCORES["energy_distance_prior"].label)
    assert {row["figures"][place].text for row in found["rows"]} == {"–"}
    assert {row["figures"][place].value for row in found["rows"]} == {None}
