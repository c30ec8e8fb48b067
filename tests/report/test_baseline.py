import re

import pytest

from sdmvae.report import baseline, comparison
from sdmvae.report.baseline import SPARSITY, SPARSITY_WORDS
from tests.support.comparisons import compared, drawn

BASELINES = {"other": "base"}
DIFFERENCE = re.compile(r"([+−]\d\.\d{3}) ± \d\.\d{3}")


def described(offset, words=None, seeds=3, **settings):
    each = compared(drawn(seeds, base=0.0, other=offset), BASELINES, **settings)
    return baseline.describe_difference(each, "other", words or {})


def read(text):
    """Return the difference in a text that has an interval as well."""
    return float(DIFFERENCE.fullmatch(text)[1].replace("−", "-"))


@pytest.mark.parametrize(
    ("offset", "words", "kind"),
    [
        (-1.0, "lower, not shown to keep the quality within 0.1", "down"),
        (-0.05, "lower, keeps the quality within 0.1", "down"),
        (0.0, "not told apart, keeps the quality within 0.1", "level"),
        (1.0, "higher, keeps the quality within 0.1", "up"),
    ],
)
def test_a_difference_has_the_words_for_its_verdicts(offset, words, kind):
    found = described(offset, margin=0.1)
    assert (found["words"], found["kind"]) == (words, kind)
    assert read(found["text"]) == pytest.approx(offset, abs=0.02)


@pytest.mark.parametrize(
    ("offset", "word"), [(-1.0, "less sparse"), (0.0, "not told apart"), (1.0, "sparser")]
)
def test_a_sparsity_has_words_of_its_own(offset, word):
    assert described(offset, SPARSITY_WORDS)["words"] == word


def test_lower_is_up_where_lower_is_better():
    found = described(-1.0, better="lower")
    assert (found["words"], found["kind"]) == ("lower", "up")
    assert described(-1.0, better=None)["kind"] == "level"


@pytest.mark.parametrize("seeds", [1, 2])
def test_with_fewer_than_three_seeds_a_difference_has_its_interval_and_no_words(seeds):
    found = described(-1.0, seeds=seeds, margin=0.1)
    assert (found["words"], found["kind"]) == ("", "level")
    assert read(found["text"]) == pytest.approx(-1.0, abs=0.02)


def test_a_cell_without_a_score_has_a_dash():
    each = compared(drawn(base=0.0, other=0.0), BASELINES, means={"base": 1.0, "other": None})
    found = baseline.describe_difference(each, "other", {})
    assert found == {"text": "–", "words": "", "kind": "level"}


def test_cells_are_grouped_by_their_sparsity_and_quality():
    offsets = {"v": (0.0, 0.0), "a": (0.0, 1.0), "b": (-1.0, 1.0), "c": (0.0, 0.0)}
    offsets |= {"d": (-1.0, -1.0), "e": (1.0, 1.0)}
    names = list(offsets)[1:]
    baselines = dict.fromkeys(names, "v")
    pesq, sparsity = (
        drawn(**{cell: each[place] for cell, each in offsets.items()}) for place in (0, 1)
    )
    comparisons = {
        "pesq": compared(pesq, baselines, margin=0.1),
        SPARSITY: compared(sparsity, baselines),
    }
    assert baseline.group_cells(names, comparisons) == {
        "sparser, keeps the quality": ["a", "e"],
        "sparser, not shown to keep the quality": ["b"],
        "sparsity not told apart, keeps the quality": ["c"],
        "less sparse, not shown to keep the quality": ["d"],
    }


def test_a_table_has_the_words_of_the_findings(seeded_results):
    comparisons = comparison.compare(seeded_results)
    (table,) = baseline.compare_with_baseline(seeded_results.cells, comparisons)
    assert (table["m"], table["base"]) == (4, "vae-m4")
    words = {row["cell"]: [each["words"] for each in row["differences"]] for row in table["rows"]}
    assert words == {
        "vsc-a05-m4": [
            "lower, not shown to keep the quality within 0.1",
            "lower, not shown to keep the quality within 0.01",
            "sparser",
            "sparser",
        ],
        "sdm-dct6-m4": [
            "not told apart, keeps the quality within 0.1",
            "not told apart, keeps the quality within 0.01",
            "sparser",
            "less sparse",
        ],
    }
    assert table["groups"] == {
        "sparser, keeps the quality": ["sdm-dct6-m4"],
        "sparser, not shown to keep the quality": ["vsc-a05-m4"],
    }


def test_columns_name_the_level_of_their_intervals(seeded_results, make_results):
    columns = baseline.describe_columns(comparison.compare(seeded_results))
    assert [each["label"] for each in columns] == ["PESQ", "ESTOI", "Hoyer above Gaussian", "Hoyer"]
    # One of two differences in PESQ is told from zero, and both of those in sparsity.
    assert [each["level"] for each in columns] == ["97.5", "97.5", "95", "95"]
    alone = baseline.describe_columns(comparison.compare(make_results(speakers=("ann",))))
    assert {each["level"] for each in alone} == {""}


def test_every_latent_dimension_has_a_table(make_results):
    results = make_results(dims=(5, 4))
    tables = baseline.compare_with_baseline(results.cells, comparison.compare(results))
    assert [(each["m"], each["base"]) for each in tables] == [(4, "vae-m4"), (5, "vae-m5")]
    cells = [[row["cell"] for row in each["rows"]] for each in tables]
    assert cells == [[f"vsc-a05-m{m}", f"sdm-dct6-m{m}"] for m in (4, 5)]
    assert not any(each["groups"] for each in tables)


def test_without_a_baseline_nothing_is_compared_with_it(make_results):
    results = make_results({"vsc": {"model": "vsc", "alpha": 0.5}})
    assert baseline.compare_with_baseline(results.cells, comparison.compare(results)) == []
