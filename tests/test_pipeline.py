"""The pipeline end to end under DVC, on a tiny corpus of modulated noise, in a copy of the project.

The tests of this file follow one another in one copy, as a user's day would.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[1]
COPIED = (
    "sdmvae",
    "stages",
    "dvc.yaml",
    "Makefile",
    "params.yaml",
    ".dvcignore",
    ".gitignore",
    "data/.gitignore",
)
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "DVC_NO_ANALYTICS": "1",
    **{
        f"GIT_{role}_{what}": "test@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


class Copy:
    """A copy of the project with a git repository of its own."""

    def __init__(self, root: Path, corpus: Path) -> None:
        self.root, self.corpus = root, corpus
        for name in COPIED:
            source, target = PROJECT / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        (root / ".dvc").mkdir()
        shutil.copy(PROJECT / ".dvc/config", root / ".dvc/config")
        shutil.copy(PROJECT / ".dvc/.gitignore", root / ".dvc/.gitignore")
        self.run("git", "init", "-q", "-b", "main")

    def run(self, *command: str, status: int = 0) -> str:
        done = subprocess.run(
            command, cwd=self.root, env=ENVIRONMENT, text=True, capture_output=True, timeout=600
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def dvc(self, *arguments: str, status: int = 0) -> str:
        return self.run("dvc", *arguments, status=status)

    def repro(self) -> set[str]:
        """Stages that `dvc repro` really ran."""
        return set(re.findall(r"^Running stage '([^']+)'", self.dvc("repro"), re.MULTILINE))

    def commit(self) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "a state")

    def edit(self, change) -> None:
        path, yaml = self.root / "params.yaml", YAML()
        values = yaml.load(path)
        change(values)
        yaml.dump(values, path)

    def table(self) -> pd.DataFrame:
        return pd.read_csv(self.root / "metrics/table.csv")


def speak(path: Path, seed: int, seconds: float = 1.2, rate: int = 16_000) -> None:
    """Syllables of filtered noise: enough like speech for PESQ and STOI to find some."""
    random = np.random.default_rng(seed)
    samples = random.standard_normal(int(seconds * rate))
    samples = np.convolve(samples, np.hanning(6 + seed % 5), "same")
    time = np.arange(len(samples)) / rate
    samples *= 0.1 + np.sin(2 * np.pi * (2 + seed % 3) * time) ** 2
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.3 * samples / np.abs(samples).max(), rate, subtype="PCM_16")


def cells(variant: str, dims: tuple[int, ...] = (4, 8)) -> set[str]:
    each = {f"{stage}@{variant}-{m}" for stage in ("train", "resynthesize", "score") for m in dims}
    return each | {f"variant@{variant}", "tabulate"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pipeline")
    corpus = folder / "a corpus"
    for number, speaker in enumerate(("ann", "bob", "cyd", "dan", "eve")):
        for index in range(2):
            speak(corpus / speaker / f"{index}.wav", seed=10 * number + index)
    speak(corpus / "ann" / "silent.wav", seed=0)
    soundfile.write(corpus / "ann" / "silent.wav", np.zeros(16_000), 16_000)
    copy = Copy(folder / "project", corpus)

    def small(values):
        values["corpus"].update(name="folder", root=str(corpus))
        values["split"].update(train=2, validation=1, test=2)
        values["train"].update(epochs=2)
        values["latent_dims"] = [4, 8]
        values["variants"] = {
            "vae": {"model": "vae"},
            "vsc-a50": {"model": "vsc", "alpha": 0.5},
        }

    copy.edit(small)
    copy.dvc("repro")
    copy.commit()
    return copy


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


def test_second_run_does_nothing(project):
    assert project.repro() == set()
    assert "up to date" in project.dvc("status")
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


def test_reverting_an_edit_restores_from_the_cache(project):
    before = project.run("git", "show", "main:metrics/vsc-a50-m4.json")
    project.edit(lambda values: values["variants"]["vsc-a50"].update(alpha=0.5))
    assert not project.repro() & cells("vsc-a50") - {"tabulate"}
    assert (project.root / "metrics/vsc-a50-m4.json").read_text() == before
    project.run("git", "checkout", "-q", ".")
    project.run("git", "switch", "-q", "main")
    assert not project.repro() - {"tabulate"}


def test_adding_and_removing_variants(project):
    def add(values):
        values["variants"]["sdm-eye"] = {"model": "sdm", "dictionary": "identity"}
        values["latent_dims"] = [4]

    project.edit(add)
    assert project.repro() == cells("sdm-eye", (4,))
    assert list(project.table()["cell"]) == ["vae-m4", "vsc-a50-m4", "sdm-eye-m4"]
    project.edit(lambda values: values["variants"].pop("vae"))
    assert project.repro() == {"tabulate"}
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


def test_an_experiment_without_editing(project):
    said = project.dvc("repro")
    project.commit()
    said = project.dvc("exp", "run", "-S", "train.epochs=1", "-S", "corpus.name=folder")
    assert "Ran experiment" in said
    assert "at most 1 epochs" in (project.root / "metrics/table.md").read_text()


def test_synthetic_speech_needs_no_folder(project):
    project.edit(lambda values: values["corpus"].update(name="synthetic", root="/no/such/place"))
    project.dvc("repro", "source")
    assert (project.root / "data/source/audio").is_file()
