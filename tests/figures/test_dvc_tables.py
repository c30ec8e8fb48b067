"""The tables, and DVC's templates filled with them as DVC fills them."""

import csv
import io
import json
import re

import pandas as pd
import pytest
import vl_convert
from dvc_render import VegaRenderer
from ruamel.yaml import YAML

from sdmvae.figures import dvc_tables
from tests.support import PROJECT

TEMPLATES = PROJECT / ".dvc/plots"
CELLS = [
    {"cell": "vae-m4", "model": "vae", "m": 4, "pesq": 2.5, "hoyer_above_gaussian": 0.25},
    {"cell": "a_b-1-m4", "model": "sdm", "m": 4, "pesq": 2.75, "hoyer_above_gaussian": 0.5},
    {"cell": "vae-m16", "model": "vae", "m": 16, "pesq": None, "hoyer_above_gaussian": 0.5},
]


def epochs(count=3):
    numbers = range(1, count + 1)
    losses = {"train_loss": [-10.0 * each for each in numbers]}
    losses |= {"validation_loss": [-8.0 * each for each in numbers]}
    terms = {"reconstruction": [-9.0 * each for each in numbers], "kl": 1.0, "penalty": 2.0}
    sparsity = {"hoyer_above_gaussian": [0.01 * each for each in numbers]}
    return pd.DataFrame({"epoch": numbers, **losses, **terms, **sparsity})


def defined(name):
    """Return the plot of that name in dvc.yaml."""
    for each in YAML(typ="safe").load(PROJECT / "dvc.yaml")["plots"]:
        if isinstance(each, dict) and name in each:
            return each[name]
    raise LookupError(name)


def filled(name, tables):
    """Return the Vega-Lite specification that DVC makes from the tables of revisions."""
    plot = defined(name)
    ((_, field),) = plot["y"].items()
    rows = [
        {**row, "rev": rev, "filename": "", "field": field}
        for rev, table in tables.items()
        for row in csv.DictReader(io.StringIO(table.to_csv(index=False)))
    ]
    properties = {**plot, "y": field, "template_dir": TEMPLATES}
    properties |= {"anchors_y_definitions": [{"filename": "", "field": field}]}
    specification = VegaRenderer(rows, name, **properties).get_filled_template()
    assert "<DVC_METRIC" not in json.dumps(specification)
    return specification


def svg_of(specification):
    """Return the picture of a specification."""
    return vl_convert.vegalite_to_svg(specification)


def marks(specification, kind):
    """Return the fields of each mark of a kind in the picture, by their titles."""
    svg = svg_of(specification)
    labels = re.findall(rf'aria-roledescription="{kind}" aria-label="([^"]*)"', svg)
    labels += re.findall(rf'aria-label="([^"]*)"[^>]*aria-roledescription="{kind}"', svg)
    return [dict(part.split(": ", 1) for part in label.split("; ")) for label in labels]


def curves_of(cells, count=3, corpus="folder"):
    return dvc_tables.tabulate_curves(
        cells, {cell["cell"]: epochs(count) for cell in cells}, corpus
    )


def test_curves_have_one_row_per_cell_and_epoch():
    table = curves_of(CELLS, 2)
    assert list(table) == [
        *("cell", "m", "model", "corpus"),
        *("epoch", "train_loss", "validation_loss", "hoyer_above_gaussian", "validation_bound"),
    ]
    assert len(table) == 6
    last = table.iloc[-1].to_dict()
    assert last == {
        **{"cell": "vae-m16", "m": 16, "model": "vae", "corpus": "folder"},
        **{"epoch": 2, "train_loss": -20.0, "validation_loss": -16.0, "validation_bound": 17.0},
        "hoyer_above_gaussian": 0.02,
    }


def test_a_cell_without_a_score_keeps_its_row():
    table = dvc_tables.tabulate_scores(CELLS, "folder").set_index("cell")
    assert list(table.index) == ["vae-m4", "a_b-1-m4", "vae-m16"]
    assert table.loc["a_b-1-m4", ["pesq", "hoyer_above_gaussian", "corpus"]].tolist() == [
        2.75,
        0.5,
        "folder",
    ]
    assert pd.isna(table.loc["vae-m16", "pesq"]) and table["stoi"].isna().all()


@pytest.mark.parametrize("name", ["curves", "scatter"])
def test_templates_need_no_network(name):
    template = json.loads((TEMPLATES / f"{name}.json").read_text())
    template.pop("$schema")
    assert "http" not in json.dumps(template)
    assert template["usermeta"]["embedOptions"]["actions"]["editor"] is False


@pytest.mark.parametrize("name", ["Validation bound", "Sparsity", "Training loss"])
def test_every_cell_of_every_revision_has_its_own_line(name):
    here = curves_of(CELLS)
    there = curves_of(CELLS[:2])
    specification = filled(name, {"workspace": here, "main": there})
    drawn = {(each["cell"], each["revision"]) for each in marks(specification, "line mark")}
    assert drawn == {
        *((cell["cell"], "workspace") for cell in CELLS),
        *((cell["cell"], "main") for cell in CELLS[:2]),
    }
    told = marks(specification, "point")
    assert len(told) == 15
    assert {each["cell"] for each in told} == {cell["cell"] for cell in CELLS}


def test_cells_differ_in_colour_and_revisions_in_dashes():
    table = curves_of(CELLS)
    svg = svg_of(filled("Validation bound", {"workspace": table, "main": table}))
    lines = re.findall(r'<path aria-label="([^"]*)" role="graphics-symbol"[^>]*line mark[^>]*', svg)
    looks = re.findall(r'<path aria-label="[^"]*" role="graphics-symbol" (aria-role[^>]*)', svg)
    strokes = [re.search(r'stroke="([^"]*)"', look)[1] for look in looks if "line mark" in look]
    dashed = ['stroke-dasharray="5,3"' in look for look in looks if "line mark" in look]
    by = {}
    for line, stroke, dash in zip(lines, strokes, dashed, strict=True):
        fields = dict(part.split(": ", 1) for part in line.split("; "))
        by[fields["cell"], fields["revision"]] = stroke
        assert dash == (fields["revision"] == "main")
    for cell in CELLS:
        assert by[cell["cell"], "workspace"] == by[cell["cell"], "main"]
    assert by["vae-m4", "main"] != by["a_b-1-m4", "main"]


def test_of_many_epochs_a_few_have_tooltips_and_the_last_one_has():
    specification = filled(
        "Validation bound",
        {"workspace": curves_of(CELLS[:1], 500)},
    )
    told = {int(each["epoch"]) for each in marks(specification, "point")}
    assert 500 in told and 40 < len(told) <= 60


def test_every_cell_with_a_score_has_a_point():
    specification = filled(
        "Quality against sparsity",
        {
            "workspace": dvc_tables.tabulate_scores(CELLS, "folder"),
            "main": dvc_tables.tabulate_scores(CELLS[:1], "folder"),
        },
    )
    drawn = [(each["cell"], each["revision"]) for each in marks(specification, "point")]
    assert set(drawn) == {("vae-m4", "workspace"), ("a_b-1-m4", "workspace"), ("vae-m4", "main")}
    joined = marks(specification, "line mark")
    assert sorted(each["cell"] for each in joined) == ["a_b-1-m4", "vae-m4"]


def test_a_corpus_of_synthetic_speech_names_its_synthesiser():
    assert dvc_tables.describe_corpus("folder", None) == "folder"
    described = dvc_tables.describe_corpus("mumble", "Mumbler 2")
    assert described == "mumble (synthetic speech, spoken by Mumbler 2)"


@pytest.mark.parametrize(
    ("name", "tabulate"),
    [
        ("Quality against sparsity", dvc_tables.tabulate_scores),
        ("Validation bound", lambda cells, corpus: curves_of(cells, corpus=corpus)),
        ("Sparsity", lambda cells, corpus: curves_of(cells, corpus=corpus)),
        ("Training loss", lambda cells, corpus: curves_of(cells, corpus=corpus)),
    ],
)
def test_every_plot_says_which_revision_is_of_synthetic_speech(name, tabulate):
    described = dvc_tables.describe_corpus("mumble", "Mumbler 2")
    tables = {"workspace": tabulate(CELLS, described), "main": tabulate(CELLS, "folder")}
    texts = re.findall(r">([^<>]*corpus: [^<>]*)<", svg_of(filled(name, tables)))
    assert any(described in text for text in texts)
    assert any(text.endswith("corpus: folder") for text in texts)
