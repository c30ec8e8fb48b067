"""The pipeline end to end under DVC, on a tiny corpus of modulated noise, in a copy of the project.

The tests of this file follow one another in one copy, as a user's day would.
"""

import html
import json
import re
import shlex
import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile
from ruamel.yaml import YAML

from tests.support.small_project import PROJECT, Copy, corpus, speak

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
LAST = {"tabulate", "plots", "report"}


def cells(variant: str, dims: tuple[int, ...] = (4, 8)) -> set[str]:
    each = {f"{stage}@{variant}-{m}" for stage in ("train", "resynthesize", "score") for m in dims}
    return each | {"variants"} | LAST


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pipeline")
    copy = Copy(folder / "project", corpus(folder))
    soundfile.write(copy.corpus / "ann" / "silent.wav", np.zeros(16_000), 16_000)
    copy.run("python", "-m", "stages.plots", "--page")
    copy.dvc("repro")
    copy.commit()
    return copy


def plotted(project: Copy, *command: str) -> str:
    """The page that dvc plots makes."""
    said = project.dvc("plots", *command)
    page = project.root / "dvc_plots/index.html"
    assert page.as_uri() in said
    return page.read_text()


def test_one_run_makes_every_output(project):
    assert list(project.table()["cell"]) == ["vae-m4", "vsc-a50-m4", "vae-m8", "vsc-a50-m8"]
    assert "Synthetic" not in (project.root / "metrics/table.md").read_text()
    metrics = json.loads((project.root / "metrics/vae-m4.json").read_text())
    assert metrics["utterances"] == 4
    assert metrics["elbo"] == pytest.approx(-(metrics["reconstruction"] + metrics["kl"]), abs=1e-3)
    manifest = pd.read_csv(project.root / "data/manifest.csv")
    assert (manifest.groupby("speaker")["split"].nunique() == 1).all()
    for _, row in manifest[manifest["split"] == "test"].iterrows():
        original = soundfile.info(project.root / "data/speech" / row["path"])
        speech = soundfile.info(
            (project.root / "data/resynthesis/vae-m4/speech" / row["path"]).with_suffix(".wav")
        )
        assert (speech.frames, speech.subtype) == (original.frames, "PCM_16")
    left_out = pd.read_csv(project.root / "data/left_out.csv")
    if "ann" in set(manifest["speaker"]):
        assert left_out["reason"].str.contains("silent").any()


def test_report_shows_every_cell_and_what_was_left_out(project):
    text = html.unescape((project.root / "data/report/index.html").read_text())
    assert all(cell in text for cell in project.table()["cell"])
    assert "Synthetic speech:" not in text
    left_out = pd.read_csv(project.root / "data/left_out.csv", keep_default_na=False)
    for reason in left_out.loc[left_out["recording"] != "", "reason"]:
        assert reason in text


def test_second_run_does_nothing(project):
    assert project.repro() == set()
    assert "up to date" in project.dvc("status")
    assert project.run("git", "status", "--porcelain") == ""


def test_an_edit_of_the_code_runs_what_runs_it_and_nothing_else(project):
    edited = [project.root / name for name in ("sdmvae/scores.py", "sdmvae/models/vsc.py")]
    before = [path.read_text() for path in edited]
    edited[0].write_text(before[0] + "\n# A remark.\n")
    scored = {f"score@{name}-{m}" for name in ("vae", "vsc-a50") for m in (4, 8)}
    assert project.repro() == {"code", "tabulate", "report"} | scored
    edited[1].write_text(before[1] + "\n# A remark.\n")
    ran = project.repro()
    assert {"code", "variants", "train@vsc-a50-4", "train@vsc-a50-8"} <= ran
    assert not [name for name in ran if "@vae" in name or name in ("split", "features")]
    for path, text in zip(edited, before, strict=True):
        path.write_text(text)
    project.dvc("repro")
    assert project.run("git", "status", "--porcelain") == ""


def test_dag_and_metrics_are_readable(project):
    assert "score@vae-4" in project.dvc("dag")
    shown = project.dvc("metrics", "show", "--md")
    assert "metrics/vsc-a50-m8.json" in shown and "pesq_wb" in shown


def test_editing_a_variant_runs_its_cells_alone_and_shows_between_branches(project):
    project.run("git", "switch", "-qc", "try")
    project.edit(lambda values: values["variants"]["vsc-a50"].update(alpha=0.3))
    assert project.repro() == cells("vsc-a50")
    assert project.table()["PESQ published"].isna().all()
    project.commit()
    changed = project.dvc("metrics", "diff", "main")
    assert "metrics/vsc-a50-m4.json" in changed and "metrics/vae-m4.json" not in changed
    assert re.search(r"variants.vsc-a50.alpha\s+0.5\s+0.3", project.dvc("params", "diff", "main"))


def test_plots_of_two_branches_lie_over_one_another(project):
    page = plotted(project, "diff", "main")
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    specifications = re.findall(r"var spec = (\{.*\});$", page, re.MULTILINE)
    curves, _, scatter = (json.loads(each)["data"]["values"] for each in specifications)
    everything = {
        (f"{name}-m{m}", branch)
        for name in ("vae", "vsc-a50")
        for m in (4, 8)
        for branch in ("workspace", "main")
    }
    assert {(each["cell"], each["rev"]) for each in curves} == everything
    assert {(each["cell"], each["rev"]) for each in scatter} == everything
    losses = {}
    for each in curves:
        losses.setdefault((each["cell"], each["epoch"]), set()).add(each["validation_loss"])
    assert all(len(found) == 1 + name.startswith("vsc") for (name, _), found in losses.items())
    images = re.findall(r'<img src="(static/[^"]*)"', page)
    assert len(images) == len(everything)
    assert all((project.root / "dvc_plots" / image).is_file() for image in images)


@pytest.mark.skipif(BROWSER is None, reason="no chromium or google-chrome here")
def test_plots_are_drawn_in_a_browser_without_a_network(project):
    from playwright.sync_api import sync_playwright

    plotted(project, "diff", "main")
    wrong, asked = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((project.root / "dvc_plots/index.html").as_uri())
        lines = page.locator("#Validation_loss path[aria-roledescription='line mark']")
        lines.nth(7).wait_for(state="attached")
        assert lines.count() == 8
        points = page.locator("#Quality_against_sparsity path[aria-roledescription=point]")
        points.first.hover(force=True)
        told = page.locator("#vg-tooltip-element.visible")
        told.wait_for()
        assert re.search(r"cell\s+vae-m4", told.inner_text())
        widths = page.eval_on_selector_all("img", "all => all.map(each => each.naturalWidth)")
        browser.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert widths == [640] * 8


def test_reverting_an_edit_restores_from_the_cache(project):
    before = project.run("git", "show", "main:metrics/vsc-a50-m4.json")
    project.edit(lambda values: values["variants"]["vsc-a50"].update(alpha=0.5))
    assert not project.repro() - {"variants"} - LAST  # their outputs are kept, so not cached
    assert (project.root / "metrics/vsc-a50-m4.json").read_text() == before
    project.run("git", "checkout", "-q", ".")
    project.run("git", "switch", "-q", "main")
    assert not project.repro() - {"variants"} - LAST


def test_adding_and_removing_variants(project):
    def add(values):
        values["variants"]["sdm-eye"] = {"model": "sdm", "dictionary": "identity"}
        values["latent_dims"] = ["m4"]

    project.edit(add)
    assert project.repro() == cells("sdm-eye", (4,))
    assert list(project.table()["cell"]) == ["vae-m4", "vsc-a50-m4", "sdm-eye-m4"]
    page = plotted(project, "show")
    assert page.count('"cell": "sdm-eye-m4"') == 2 * 2 + 1  # epochs in both curves, a score
    assert "spectrograms/sdm-eye-m4.png" in page and "vsc-a50-m8" not in page
    project.edit(lambda values: values["variants"].pop("vae"))
    assert project.repro() == {"variants"} | LAST
    assert list(project.table()["cell"]) == ["vsc-a50-m4", "sdm-eye-m4"]
    project.edit(lambda values: values["variants"].pop("vsc-a50"))
    project.dvc("repro")


def test_second_block_is_switched_on_by_one_command(project):
    own = (project.root / "params.yaml").read_text()
    shutil.copy(PROJECT / "params.yaml", project.root / "params.yaml")
    before = YAML(typ="safe").load(project.root / "params.yaml")["variants"]
    project.run("make", "further")
    after = YAML(typ="safe").load(project.root / "params.yaml")["variants"]
    assert list(after)[: len(before)] == list(before)
    added = {name: variant for name, variant in after.items() if name not in before}
    assert list(added) == ["mixture", "vsc-informed", "intel", "sdm-student", "sdm-learned"]
    (project.root / "params.yaml").write_text(own)
    project.edit(lambda values: values["variants"].update(added))
    assert project.repro() == set().union(*(cells(name, (4,)) for name in added))
    assert set(project.table()["cell"]) == {"sdm-eye-m4", *(f"{name}-m4" for name in added)}
    learned = json.loads((project.root / "metrics/sdm-learned-m4.json").read_text())
    assert 0 < learned["coherence"] < 1 and learned["atoms_in_use"] <= 64
    informed = json.loads((project.root / "metrics/vsc-informed-m4.json").read_text())
    assert informed["coherence"] is None
    assert (project.root / "data/resynthesis/vsc-informed-m4/hard_codes.npy").exists()
    (project.root / "params.yaml").write_text(own)
    project.dvc("repro")


def test_gaussian_likelihood_and_decoding_of_samples(project):
    def change(values):
        values["train"].update(likelihood="gaussian", representation="log-power")
        values["resynthesize"].update(decode="sample", importance_samples=2)

    own = (project.root / "params.yaml").read_text()
    project.edit(change)
    assert {"train@sdm-eye-4", "resynthesize@sdm-eye-4"} <= project.repro()
    said = (project.root / "metrics/table.md").read_text()
    assert "Gaussian likelihood of log-power" in said and "sample of the posterior" in said
    assert project.table()["PESQ"].notna().all()
    (project.root / "params.yaml").write_text(own)
    project.dvc("repro")


def test_source_audio_is_watched(project):
    speak(project.corpus / "bob" / "0.wav", seed=77)
    assert "split" in project.repro()
    speak(project.corpus / "eve" / "more" / "2.wav", seed=78)
    assert "split" in project.repro()
    (project.corpus / "eve" / "more" / "2.wav").unlink()
    ran = project.dvc("repro")
    assert "Running stage 'split'" in ran or "Stage 'split' is cached" in ran
    (project.corpus / "notes.txt").write_text("not audio")
    assert project.repro() == set()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v["train"].update(epoch=3), "train.epoch: unknown key; there are encoder_input"),
        (lambda v: v.update(trian={}), "trian: unknown key; there are corpus, split"),
        (lambda v: v["variants"]["sdm-eye"].update(model="smd"), "model: 'smd': there are intel"),
        (lambda v: v["variants"]["sdm-eye"].update(k=4), "k: unknown key; model sdm takes"),
        (lambda v: v["variants"]["sdm-eye"].update(atoms=5), "has as many atoms as dimensions: 4"),
        (lambda v: v["variants"]["sdm-eye"].update(dictionary="dtc"), "'dtc': there are identity"),
        (lambda v: v["train"].update(representation="magnitude"), "itakura-saito is of power"),
        (lambda v: v["corpus"].update(root="/no/such/place"), "corpus.root: '/no/such/place'"),
        (lambda v: v["corpus"].update(name="timid"), "corpus.name: 'timid': there are folder"),
        (lambda v: v["split"].update(train=20), "the corpus has 5"),
        (lambda v: v["train"].update(device="cuda:77"), "train.device: 'cuda:77'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(project, change, said):
    path = project.root / "params.yaml"
    good, table = path.read_text(), (project.root / "metrics/table.md").read_text()
    try:
        project.edit(change)
        refusal = project.dvc("repro", status=255)
    finally:
        path.write_text(good)
    (line,) = (each for each in refusal.splitlines() if each.startswith("error: "))
    assert said in line
    assert "Traceback" not in refusal
    assert (project.root / "metrics/table.md").read_text() == table


HOSTILE = (
    "a;touch owned",
    "$(touch owned)",
    "`touch owned`",
    "a && touch owned",
    "a|touch owned",
    "a\ntouch owned",
    "'; touch owned; '",
    "-c touch owned",
    "${variants}",
    "../../owned",
    "/tmp/owned",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_of_a_variant_runs_anything(project, name):
    path = project.root / "params.yaml"
    good, before = path.read_text(), _tree(project.root.parent)
    try:
        project.edit(lambda values: values["variants"].update({name: {"model": "vae"}}))
        refusal = project.dvc("repro", status=255)
    finally:
        path.write_text(good)
    assert "Traceback" not in refusal
    assert re.search(r"^(error|ERROR): ", refusal, re.MULTILINE)
    assert _tree(project.root.parent) == before


def test_no_command_holds_anything_of_params():
    stages = YAML(typ="safe").load(PROJECT / "dvc.yaml")["stages"]
    commands = [(each.get("do") or each)["cmd"] for each in stages.values()]
    assert all(re.fullmatch(r"python -m stages\.[a-z]+", command) for command in commands)


def _tree(folder):
    """Every file and folder but DVC's own, and what the stage that checks makes."""
    return {
        path
        for path in folder.rglob("*")
        if ".dvc" not in path.parts
        and "source" not in path.parts
        and "__pycache__" not in str(path)
    }


def test_an_experiment_without_editing(project):
    said = project.dvc("repro")
    project.commit()
    said = project.dvc("exp", "run", "-S", "train.epochs=1", "-S", "corpus.name=folder")
    assert "Ran experiment" in said
    assert "at most 1 epochs" in (project.root / "metrics/table.md").read_text()
    (flags,) = re.findall(r"^dvc exp show (.*)$", (PROJECT / "README.md").read_text(), re.MULTILINE)
    shown = project.dvc("exp", "show", "--csv", *shlex.split(flags)).splitlines()
    columns = next(line for line in shown if line.startswith("Experiment")).split(",")
    scores = [name.rpartition(":")[2] for name in columns if name.endswith(("pesq", "hoyer"))]
    assert scores == ["pesq", "hoyer"] * len(project.table())
    assert [name for name in columns if not name.endswith(("pesq", "hoyer"))] == [
        "Experiment",
        "train.epochs",
    ]


def test_synthetic_speech_needs_no_folder(project):
    project.edit(lambda values: values["corpus"].update(name="synthetic", root="/no/such/place"))
    project.dvc("repro", "source")
    assert (project.root / "data/source/audio").is_file()
