"""What one run of the whole pipeline makes, and what does not run again after it."""

import html
import json

import pandas as pd
import pytest
import soundfile
from ruamel.yaml import YAML

pytestmark = pytest.mark.slow

# These flags of `dvc exp show` leave PESQ, Hoyer and the parameters that change.
SHORT_TABLE = (
    "--only-changed",
    "--hide-workspace",
    "--drop",
    r"(?!Experiment|(.*:)?(pesq|hoyer)$|(train|variants)\.)",
)


def test_make_repro_prints_the_table_and_where_the_report_is(finished):
    output = (finished.root.parent / "done").read_text()
    assert finished.read("metrics/table.md") in output
    assert output.endswith("report: data/report/index.html\n")
    assert finished.run("make", "table") == finished.read("metrics/table.md")


def test_one_run_makes_every_output(finished):
    cells = ["vae-m4", "vsc-a50-m4", "vae-m8", "vsc-a50-m8"]
    assert list(finished.table()["cell"]) == cells
    assert "Synthetic" not in finished.read("metrics/table.md")
    metrics = json.loads(finished.read("metrics/vae-m4.json"))
    assert metrics["utterances"] == 4
    objective = -(metrics["reconstruction"] + metrics["kl"])
    assert metrics["objective"] == pytest.approx(objective, abs=1e-3)
    manifest = pd.read_csv(finished.root / "data/manifest.csv")
    assert (manifest.groupby("speaker")["split"].nunique() == 1).all()
    speech = finished.root / "data/resynthesis/vae-m4/0/speech"
    for path in manifest.loc[manifest["split"] == "test", "path"]:
        original = soundfile.info(finished.root / "data/speech/test" / path)
        estimate = soundfile.info((speech / path).with_suffix(".wav"))
        assert (estimate.frames, estimate.subtype) == (original.frames, "PCM_16")
    left_out = pd.read_csv(finished.root / "data/left_out.csv")
    if "ann" in set(manifest["speaker"]):
        assert left_out["reason"].str.contains("silent").any()


def test_the_report_shows_every_cell_and_the_recordings_that_are_left_out(finished):
    text = html.unescape(finished.read("data/report/index.html"))
    assert all(cell in text for cell in finished.table()["cell"])
    assert "synthetic speech" not in text.lower()
    left_out = pd.read_csv(finished.root / "data/left_out.csv", keep_default_na=False)
    for reason in left_out.loc[left_out["recording"] != "", "reason"]:
        assert reason in text


def test_a_second_run_does_nothing(project):
    assert project.repro() == set()
    assert "up to date" in project.dvc("status")
    assert project.run("git", "status", "--porcelain") == ""


def test_the_dag_and_the_metrics_are_readable(project):
    assert "score@vae-m4-0" in project.dvc("dag")
    table = project.dvc("metrics", "show", "--md")
    assert "metrics/vsc-a50-m8.json" in table and "pesq_wb" in table


def test_an_experiment_needs_no_edit(project):
    before = project.read("metrics/vsc-a50-m4.json")
    output = project.dvc("exp", "run", "-S", "variants.vsc-a50.alpha=0.3")
    assert "Ran experiment" in output
    assert project.read("metrics/vsc-a50-m4.json") != before
    rows = project.dvc("exp", "show", "--csv", *SHORT_TABLE).splitlines()
    columns = next(row for row in rows if row.startswith("Experiment")).split(",")
    scores = [name.rpartition(":")[2] for name in columns if name.endswith(("pesq", "hoyer"))]
    assert scores == ["pesq", "hoyer"] * 2  # of both cells of the variant
    assert [name for name in columns if not name.endswith(("pesq", "hoyer"))] == [
        "Experiment",
        "variants.vsc-a50.alpha",
    ]


def test_a_synthesised_corpus_needs_no_folder(project):
    project.edit(lambda values: values["corpus"].update(name="espeak", root="/no/such/place"))
    project.dvc("repro", "source")
    assert (project.root / "data/source/audio").is_file()


def test_clean_removes_every_output_and_no_file_of_the_user(project):
    own = [project.root / path for path in ("data/notes.txt", "data/my speech/a.wav", ".dvc/notes")]
    for path in own:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    locked = YAML(typ="safe", pure=True).load(project.root / "dvc.lock")["stages"]
    outputs = [out["path"] for stage in locked.values() for out in stage["outs"]]
    project.make("clean")
    assert [path.read_text() for path in own] == ["mine"] * len(own)
    assert {path.name for path in (project.root / "data").iterdir()} == {
        *(".gitignore", "README.md", "notes.txt", "my speech"),
    }
    assert not [
        path for path in outputs if path.startswith("data/") and (project.root / path).exists()
    ]
    assert not (project.root / ".dvc/cache").exists()
    assert all((project.root / path).exists() for path in outputs if path.startswith("metrics/"))
    assert any(path.rglob("*.wav") for path in [project.corpus])
