"""Parameters that the pipeline refuses: one line, and nothing is changed or executed."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.support import PROJECT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v["train"].update(epoch=3), "train.epoch: unknown key; there are encoder_input"),
        (lambda v: v["split"].update(train=20), "the corpus has 5"),
        (lambda v: v["train"].update(device="cuda:77"), "train.device: 'cuda:77'"),
    ],
    ids=["by the first stage", "by split", "by train"],
)
def test_a_stage_refuses_parameters_in_one_line(project, change, message):
    table = project.read("metrics/table.md")
    project.edit(change)
    output = project.dvc("repro", status=255)
    (line,) = (line for line in output.splitlines() if line.startswith("error: "))
    assert message in line
    assert "Traceback" not in output
    assert project.read("metrics/table.md") == table


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
def test_no_name_of_a_variant_is_executed(project, name):
    project.edit(lambda values: values["variants"].update({name: {"model": "vae"}}))
    before = files(project.root.parent)
    output = project.dvc("repro", status=255)
    assert "Traceback" not in output
    assert len(re.findall(r"^error: ", output, re.MULTILINE | re.IGNORECASE)) >= 1
    assert "Running stage 'train" not in output
    assert files(project.root.parent) == before
    assert not Path("/tmp/owned").exists()


@pytest.mark.parametrize("label", ["m4;touch owned", "$(touch owned)", "m`touch owned`"])
def test_no_label_of_a_latent_dimension_is_executed(project, label):
    project.edit(lambda values: values.update(latent_dims=["m4", label]))
    before = files(project.root.parent)
    output = project.dvc("repro", status=255)
    assert re.search(r"^error: params\.yaml: latent_dims\.1: ", output, re.MULTILINE)
    assert "Running stage 'train" not in output
    assert files(project.root.parent) == before


def test_the_commands_contain_nothing_of_the_parameters_but_the_name_of_a_cell():
    stages = YAML(typ="safe").load(PROJECT / "dvc.yaml")["stages"]
    for name, stage in stages.items():
        if "matrix" in stage:
            # `variants` runs before these stages and refuses names that a shell would not take as
            # one plain word.
            parts = [f"${{item.{key}}}" for key in stage["matrix"]]
            assert {"variant", "m"} <= set(stage["matrix"]) <= {"variant", "m", "seed"}
            assert stage["cmd"] == f"python -m stages.{name} {'-'.join(parts)}"
        else:
            assert stage["cmd"] == f"python -m stages.{name}"


def files(folder: Path) -> set[Path]:
    """Return all files and folders, without those of DVC, Python and the stage that refuses."""
    return {
        path
        for path in folder.rglob("*")
        if not {".dvc", "source", "__pycache__", "dvc site cache"} & set(path.parts)
    }
