"""Outputs that travel: to a clone, without the recordings, with another place of the corpus."""

import json
from pathlib import Path

import pytest

from tests.support.pipeline_stages import LAST, LINK_STAGES, cell_stages
from tests.support.small_project import SmallProject

pytestmark = pytest.mark.slow


def clone(project: SmallProject) -> SmallProject:
    """Return a clone beside the project, with every output that it has pushed."""
    project.dvc("remote", "add", "-d", "store", str(project.root.parent / "store"))
    project.commit()
    project.dvc("push", "-q")
    copy = SmallProject(project.root.parent / "clone")
    project.run("git", "clone", "-q", str(project.root), str(copy.root))
    copy.dvc("pull", "-q")
    return copy


def outputs_of(cell: str, project: SmallProject) -> list[Path]:
    """Return every file of a cell. DVC may leave the folders that it emptied."""
    folders = [project.root / "data", project.root / "metrics"]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in paths if cell in str(path.relative_to(project.root))]


def test_a_clone_needs_no_recordings_to_change_a_variant(project):
    copy = clone(project)
    project.corpus.rename(project.corpus.with_name("unmounted"))
    copy.edit(lambda values: values["variants"]["vsc-a50"].update(alpha=0.3))
    expected = LINK_STAGES | {"variants"} | cell_stages(["vsc-a50"]) | LAST
    assert copy.repro() == expected
    assert copy.repro() == set()


def test_a_clone_without_the_recordings_cannot_split_them_anew_and_says_so(project):
    copy = clone(project)
    project.corpus.rename(project.corpus.with_name("unmounted"))
    copy.edit(lambda values: values["split"].update(seed=5))
    output = copy.dvc("repro", status=255)
    errors = [line for line in output.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and "corpus.root: '../a corpus'" in errors[0]


def test_the_same_corpus_in_another_place_is_not_converted_again(project):
    project.corpus.rename(project.corpus.with_name("elsewhere"))
    project.edit(lambda values: values["corpus"].update(root="../elsewhere"))
    (project.root / "data/source/audio").unlink()  # as after an unmounted disk
    assert project.repro() == LINK_STAGES


def test_a_variant_that_is_removed_leaves_no_output_and_a_lock_that_holds_in_a_clone(project):
    project.edit(lambda values: values["variants"].pop("vsc-a50"))
    notes = project.root / "data/scores/vsc-a50-m4/0/notes.txt"
    notes.write_text("This is not an output of the pipeline.")
    output = project.dvc("repro")
    assert (
        "removed the outputs of cells that are not declared: vsc-a50-m4, vsc-a50-m4-0, " in output
    )
    assert "data/scores/vsc-a50-m4/0: belongs to no declared cell, and is kept" in output
    assert notes.exists()
    assert outputs_of("vsc-a50-m8", project) == []
    notes.unlink()
    project.make("prune")
    assert outputs_of("vsc-a50", project) == []
    project.dvc("repro")
    copy = clone(project)
    copy.dvc("repro")
    assert copy.run("git", "status", "--porcelain") == ""


def test_a_variant_that_is_declared_again_is_restored_and_not_trained(project):
    def remove(values):
        values["variants"].pop("vsc-a50")

    before = project.read("metrics/vsc-a50-m4.json")
    project.edit(remove)
    project.repro()
    assert not (project.root / "metrics/vsc-a50-m4.json").exists()
    variant = {"model": "vsc", "alpha": 0.5}
    project.edit(lambda values: values["variants"].update({"vsc-a50": variant}))
    assert not {name for name in project.repro() if name.startswith("train")}
    assert json.loads(project.read("metrics/vsc-a50-m4.json")) == json.loads(before)


def test_an_experiment_with_fewer_cells_is_applied_without_leftovers(project):
    project.dvc("exp", "run", "--name", "fewer", "-S", "latent_dims=[m4]")
    project.run("git", "add", "-A")
    project.run("git", "reset", "-q", "--hard", "HEAD")
    project.dvc("checkout", "-q")
    assert outputs_of("vae-m8", project)
    project.dvc("exp", "apply", "fewer")
    assert outputs_of("vae-m8", project) == []
    assert "up to date" in project.dvc("status")
