"""Tests of the table, its caption and its legend."""

import pandas as pd
import pytest

from sdmvae.evaluation import tables
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.tables import SplitSize


def cells_of(markdown):
    """Return the parts of each line of a Markdown table."""
    return [[part.strip() for part in line.strip("|").split("|")] for line in markdown.splitlines()]


def test_columns_follow_the_declarations(make_cell):
    assert list(tables.table([make_cell("vae-m32", "vae", {}, 32)])) == [
        "cell",
        "PESQ",
        "PESQ published",
        "STOI",
        "STOI published",
        "ESTOI",
        "Hoyer above Gaussian",
        "Effective dimensions",
        "Hoyer",
        "Hoyer published",
        "Dimensions in use",
        "Dimensions",
        "Log-likelihood",
        "Energy distance",
        "Energy distance, own prior",
        "scored",
    ]


def test_the_table_sets_published_figures_beside_ours(make_cell):
    table = tables.table(
        [
            make_cell("vae-m32", "vae", {}, 32, pesq=2.5, stoi=0.7, estoi=0.6, hoyer=0.2),
            make_cell("vsc-a40-m32", "vsc", {"alpha": 0.4}, 32, dims_in_use=3.25, dims=32),
        ]
    )
    ours, other = table.to_dict("records")
    assert (ours["PESQ"], ours["STOI"], ours["ESTOI"], ours["Hoyer"]) == (2.5, 0.7, 0.6, 0.2)
    published = ("PESQ published", "STOI published", "Hoyer published")
    assert tuple(ours[name] for name in published) == (3.29, 0.85, 0.40)
    assert all(pd.isna(other[name]) for name in published)
    assert (other["Dimensions in use"], other["Dimensions"]) == (3.25, 32)


def test_markdown_has_a_dash_for_what_is_missing(make_cell):
    cell = make_cell("sdm-m8", "sdm", {"dictionary": "dct"}, 8, pesq=None, stoi=0.123)
    markdown = tables.markdown(tables.table([cell]))
    head, rule, line = cells_of(markdown)
    row = dict(zip(head, line, strict=True))
    assert set("".join(rule)) <= set(":-")
    assert row["cell"] == "sdm-m8"
    assert row["PESQ"] == row["PESQ published"] == row["Hoyer published"] == "–"
    assert row["STOI"] == "0.12"
    assert "nan" not in markdown.lower()
    assert "none" not in markdown.lower()


def test_markdown_shows_as_many_decimals_as_a_score_declares(make_cell):
    cell = make_cell("vae-m32", "vae", {}, 32, likelihood=1301.133685, hoyer=0.237773)
    head, _, line = cells_of(tables.markdown(tables.table([cell])))
    row = dict(zip(head, line, strict=True))
    assert (row["Log-likelihood"], row["Hoyer"], row["Hoyer published"]) == ("1301", "0.24", "0.40")


def test_cells_of_the_poster_come_first(make_cell):
    order = [("new", 32), ("vae", 32), ("other", 64), ("vae", 64)]
    table = tables.table([make_cell(f"{name}-m{m}", name, {}, m) for name, m in order])
    assert list(table["cell"]) == ["vae-m32", "vae-m64", "new-m32", "other-m64"]


def test_markdown_has_one_line_per_cell(make_cell):
    cells = [make_cell(f"vae-m{m}", "vae", {}, m) for m in (16, 32, 64)]
    lines = tables.markdown(tables.table(cells)).splitlines()
    assert len(lines) == 2 + 3
    assert len({len(line) for line in lines}) == 1
    assert "3.29" in lines[2]
    assert "–" in lines[4]


SIZES = {"train": SplitSize(3, 9), "validation": SplitSize(1, 2), "test": SplitSize(2, 5)}


def caption(**changes):
    given = {
        "corpus": "folder",
        "synthesiser": None,
        "sizes": SIZES,
        "likelihood": "itakura-saito",
        "representation": "power",
        "decode": "mean",
        "settings": ["seed 0", "hop 256"],
        **changes,
    }
    return tables.caption(**given)


def test_the_caption_names_corpus_sizes_and_settings():
    assert caption() == (
        "Corpus `folder`. 3 speakers with 9 utterances for training, 1 speakers with 2 utterances "
        "for validation, 2 speakers with 5 utterances for test. Settings: seed 0, hop 256."
    )


def test_the_caption_warns_of_what_is_not_as_published():
    label = "**Synthetic speech** (corpus `mumble`, spoken by Mumbler 2)"
    assert caption(corpus="mumble", synthesiser="Mumbler 2").startswith(label)
    assert "ynthetic" not in caption()
    said = caption(likelihood="gaussian", representation="log-power", decode="sample")
    assert "Gaussian likelihood of log-power" in said
    assert "sample of the posterior" in said
    assert "Gaussian" not in caption() and "posterior" not in caption()


def test_sizes_are_counted_by_split():
    manifest = pd.DataFrame(
        [("train", "a"), ("train", "a"), ("train", "b"), ("validation", "c"), ("test", "d")],
        columns=["split", "speaker"],
    )
    assert tables.split_sizes(manifest) == {
        "train": SplitSize(2, 3),
        "validation": SplitSize(1, 1),
        "test": SplitSize(1, 1),
    }


def test_anchors_are_rows_below_all_cells(make_cell):
    speech = {"pesq": 4.5, "stoi": 1.0, "estoi": 1.0, "utterances": 3, "utterances_scored": 2}
    cells = [make_cell("vae-m32", "vae", {}, 32), make_cell("new-m32", "new", {}, 32)]
    table = tables.table(cells, {"true power": speech})
    assert list(table["cell"]) == ["vae-m32", "new-m32", "true power"]
    head, *_, line = cells_of(tables.markdown(table))
    row = dict(zip(head, line, strict=True))
    assert (row["PESQ"], row["scored"]) == ("4.50", "2/3")
    assert row["Hoyer"] == row["PESQ published"] == row["Dimensions"] == "–"
    *_, first, _, _ = cells_of(tables.markdown(table))
    assert dict(zip(head, first, strict=True))["Dimensions"] == "4"


def legend(**changes):
    cells = [{"likelihood_gain": 5.75}, {"likelihood_gain": None}, {"likelihood_gain": 4.0}]
    given = {"cells": cells, "importance_samples": 20, "anchors": {"a": "It is a."}, **changes}
    return tables.legend(**given)


@pytest.mark.parametrize("score", tables.COLUMNS, ids=lambda score: score.name)
def test_the_legend_has_the_description_of_every_column(score):
    assert score.description in legend()


def test_the_legend_says_how_many_samples_are_used_and_what_more_would_add():
    assert "20 samples of the posterior per frame, which gave 4.0 to 5.8 nats" in legend()
    assert "than 5 samples" in legend()
    for changes in ({"importance_samples": 3}, {"cells": [{"likelihood_gain": None}]}):
        assert "samples of the posterior per frame. More samples raise it." in legend(**changes)
    assert SCORES["likelihood"].unit in legend()


def test_the_legend_says_what_the_anchors_are():
    assert "- a: It is a." in legend()


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        ([8_000, 16_000, 44_100], ""),
        ([44_100, 8_000, 11_025], "2 of 3 test utterances were recorded at 8000, 11025 Hz and "),
    ],
)
def test_test_speech_of_a_low_rate_is_described(rates, sentence):
    parts = ["train", "test", "test"] if rates[0] == 8_000 else ["test"] * 3
    manifest = pd.DataFrame({"split": parts, "recording_rate": rates})
    described = tables.describe_narrow_speech(manifest)
    assert described.startswith(sentence) and bool(described) == bool(sentence)
    assert described in caption(caution=described)
