"""dvc.yaml names the code that its stages run, and nothing that they do not run."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sdmvae import models
from sdmvae.params import Train
from sdmvae.runtime import code_digest
from sdmvae.runtime.code_digest import closure
from stages import code
from tests.support import PROJECT

STAGES = YAML(typ="safe", pure=True).load(PROJECT / "dvc.yaml")["stages"]
MODELS = Path("sdmvae/models")
# What every model shares; the file of one model concerns its own cells only.
SHARED_BY_MODELS = {MODELS / "__init__.py", MODELS / "base.py"}
TRAINING_STAGES = ("train", "resynthesize", "score", "probe")
STAGES_OF_CELLS = (*TRAINING_STAGES, "summarise")
NUMERIC = {"numpy", "scipy", "soundfile", "torch"}
SCORING = {"pesq", "pystoi"}
PROBING = {"pyworld", "sklearn"}
SPEAKING = {"espeakng_loader"}


def script(stage: str) -> Path:
    return Path(f"stages/{stage}.py")


def code_run_by(path: Path) -> set[Path]:
    return set(closure(path, PROJECT, skip_folders=[MODELS]))


def code_deps(stage: str) -> list[Path]:
    deps = map(Path, STAGES[stage]["deps"])
    return [dep for dep in deps if dep.parts[0] in ("stages", "sdmvae")]


def covers(dep: Path, file: Path) -> bool:
    return file == dep or dep in file.parents


def one_model(file: Path) -> bool:
    return MODELS in file.parents and file not in SHARED_BY_MODELS


OF_NO_CELL = sorted(set(STAGES) - set(STAGES_OF_CELLS))


@pytest.mark.parametrize("stage", OF_NO_CELL)
def test_every_file_that_a_stage_runs_is_a_dependency(stage):
    for file in code_run_by(script(stage)):
        assert one_model(file) or any(covers(dep, file) for dep in code_deps(stage)), file


@pytest.mark.parametrize("stage", sorted(set(OF_NO_CELL) - {"code"}))
def test_every_dependency_on_code_is_a_file_or_folder_that_the_stage_runs(stage):
    run = code_run_by(script(stage))
    for dep in code_deps(stage):
        assert (PROJECT / dep).exists(), dep
        assert any(covers(dep, file) for file in run), dep


@pytest.mark.parametrize("stage", ["train", "resynthesize"])
@pytest.mark.parametrize("model", models.names())
def test_the_code_of_a_model_is_in_the_digest_of_its_variants(stage, model):
    """The stage `variants` writes the digest of the closure of the model's file."""
    assert "data/variants/${item.variant}.json" in STAGES[stage]["deps"]
    file = MODELS / f"{model.replace('-', '_')}.py"
    digested = code_run_by(file)
    assert file in digested
    for path in digested:
        if not one_model(path) and not path.is_relative_to("sdmvae/nn/dictionaries"):
            assert path in code_run_by(script(stage)), path


@pytest.mark.parametrize("stage", STAGES_OF_CELLS)
def test_a_stage_of_a_cell_depends_on_the_digests_of_its_code(stage):
    assert f"data/code/{stage}.json" in STAGES[stage]["deps"]
    assert code_deps(stage) == []
    assert stage in code.STAGES_OF_CELLS


def test_the_digests_of_code_depend_on_all_code():
    assert set(code_deps("code")) == set(map(Path, code_digest.PACKAGES))


def imported_packages(files: set[Path]) -> set[str]:
    text = "\n".join((PROJECT / file).read_text() for file in files)
    return set(re.findall(r"^\s*(?:import|from) (\w+)", text, re.MULTILINE))


PINNED = ["split", "features", "anchors", "targets", "references", "stability", *STAGES_OF_CELLS]


@pytest.mark.parametrize("stage", PINNED)
def test_pinned_packages_that_change_results_are_dependencies(stage):
    packages = imported_packages(code_run_by(script(stage)))
    deps = STAGES[stage]["deps"]
    assert ("requirements-numeric.lock" in deps) == bool(packages & NUMERIC)
    assert ("requirements-scores.lock" in deps) == bool(packages & SCORING)
    assert ("requirements-probes.lock" in deps) == bool(packages & PROBING)
    if stage != "targets":  # it asks the corpus for the sex of speakers, and synthesises nothing
        assert ("requirements-espeak.lock" in deps) == bool(packages & SPEAKING)


@pytest.mark.parametrize(
    "stage",
    [
        *("source", "recordings", "score", "summarise", "anchors", "tabulate", "plots"),
        *("targets", "probe", "references", "stability"),
    ],
)
def test_stages_that_compute_no_network_do_not_load_torch(stage):
    if stage == "source":  # it checks the models
        return
    files = code_run_by(script(stage)) - {Path("stages/_common.py")}
    assert "torch" not in imported_packages(files)


def test_a_cell_and_its_stages_have_one_name():
    cell = "${item.variant}-${item.m}"
    for stage in TRAINING_STAGES:
        assert STAGES[stage]["cmd"] == f"python -m stages.{stage} {cell}-${{item.seed}}"
        assert list(STAGES[stage]["matrix"]) == ["variant", "m", "seed"]
    assert STAGES["summarise"]["cmd"] == f"python -m stages.summarise {cell}"
    assert list(STAGES["summarise"]["matrix"]) == ["variant", "m"]


def test_another_list_of_seeds_changes_no_training():
    """Every other parameter of `train` is named, so that an edit of it trains again."""
    named = {name for name in STAGES["train"]["params"] if name.startswith("train.")}
    assert named == {f"train.{name}" for name in Train.model_fields if name != "seeds"}
    for stage in ("resynthesize", "score", "probe"):
        assert not {"train", "train.seeds"} & set(STAGES[stage].get("params", []))


@pytest.mark.parametrize("stage", OF_NO_CELL)
def test_no_other_command_contains_a_parameter(stage):
    assert STAGES[stage]["cmd"] == f"python -m stages.{stage}"


def test_parameters_of_a_variant_belong_to_its_cells():
    assert "variants.${item.variant}" in STAGES["train"]["params"]
    for stage in STAGES_OF_CELLS:
        assert "variants" not in STAGES[stage].get("params", [])


def test_no_stage_but_those_that_find_the_recordings_depends_on_where_they_lie():
    for stage, definition in STAGES.items():
        tracked = definition.get("params", [])
        assert ("corpus.root" in tracked) == (stage in ("source", "recordings")), stage
        assert "corpus" not in tracked


def test_the_lock_names_every_training_as_dvc_yaml_does():
    """A name of an earlier form would stay for ever, and its outputs would look undeclared."""
    locked = YAML(typ="safe", pure=True).load(PROJECT / "dvc.lock")["stages"]
    assert {name.partition("@")[0] for name in locked} == set(STAGES)
    trainings = [
        name for name in locked if name.startswith(tuple(f"{s}@" for s in TRAINING_STAGES))
    ]
    assert trainings
    assert [name for name in trainings if not name.rpartition("-")[2].isdecimal()] == []
