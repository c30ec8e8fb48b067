"""Presets that run in a folder of their own, and become experiments of DVC."""

import hashlib
import json
import os
import re
import signal
import subprocess
import time

import pandas as pd
import pytest
from ruamel.yaml import YAML

from tests.support import PROJECT
from tests.support.archive_server import Server, pack, unpacks, write_librispeech
from tests.support.orphans import leave_orphans_zombies
from tests.support.pipeline_stages import cell_stages
from tests.support.small_project import SmallProject, stages_run

pytestmark = pytest.mark.slow

KNOWN = "sdmvae/archives/known.py"
SMALL = "split.train=2 split.validation=1 split.test=2 train.epochs=1 latent_dims=[m4]"


def state(project):
    """Return everything that a preset must not change."""
    results = [project.root / "params.yaml", project.root / "dvc.lock"]
    for folder in ("metrics", "data"):
        results += sorted((project.root / folder).rglob("*"))
    return {path: path.read_bytes() for path in results if path.is_file()}


def locked(project, run):
    """Return the digest of each output of a run."""
    lock = YAML(typ="safe", pure=True).load(project.root / "runs" / run / "dvc.lock")
    return {out["path"]: out["md5"] for stage in lock["stages"].values() for out in stage["outs"]}


def test_the_preset_of_further_systems_runs_beside_the_project(project):
    before = state(project)
    output = project.make("further", "JOBS=2", "SET=latent_dims=[m4]")
    preset = YAML(typ="safe", pure=True).load(PROJECT / "presets/further.yaml")
    added = list(preset["variants"])
    assert all(f"variants.{name}: added: {{model: " in output for name in added)
    assert cell_stages(added, ["m4"]) <= stages_run(output)
    # What the project has run comes from its cache.
    assert not stages_run(output) & {"split", "features", *cell_stages(["vae", "vsc-a50"])}
    assert state(project) == before
    assert project.run("git", "status", "--porcelain") == ""
    assert (project.root / "runs/further/data/report/index.html").exists()
    assert output.endswith("experiment: further (dvc exp show; dvc exp apply further)\n")
    shown = json.loads(project.dvc("exp", "show", "--json"))
    (experiment,) = shown[1]["experiments"]
    assert experiment["name"] == "further"
    data = experiment["revs"][0]["data"]
    variants = data["params"]["params.yaml"]["data"]["variants"]
    assert list(variants) == ["vae", "vsc-a50", *added]
    learned = data["metrics"]["metrics/sdm-learned-m4.json"]["data"]
    assert 0 < learned["coherence"] < 1 and learned["atoms_in_use"] <= 64
    informed = json.loads(project.read("runs/further/metrics/vsc-informed-m4.json"))
    assert informed["coherence"] is None

    # The project was copied for this test. DVC removes outputs that it has seen in this place only.
    project.dvc("checkout", "-q")
    project.dvc("exp", "apply", "further")
    assert list(project.table()["cell"]) == [f"{name}-m4" for name in variants]
    for name in ("vsc-informed-m4", "vsc-thresholded-m4"):
        assert (project.root / f"data/resynthesis/{name}/0/hard_codes.npy").exists()
    curve = pd.read_csv(project.root / "data/curves/vae-b4-m4/0.csv")
    loss = curve["reconstruction"] + 4 * curve["kl"]
    pd.testing.assert_series_equal(curve["validation_loss"], loss, check_names=False, atol=1e-3)


@pytest.fixture
def served(project, tmp_path):
    """Give a project whose archive of LibriSpeech is a small one, and a server that has it."""
    write_librispeech(tmp_path / "served")
    server = Server(pack(tmp_path / "served"))
    project.edit(lambda values: values["variants"].pop("vsc-a50"))
    known = (PROJECT / KNOWN).read_text()
    known = re.sub(r'sha256="\w+"', f'sha256="{hashlib.sha256(server.data).hexdigest()}"', known)
    known = re.sub(r"size=[\d_]+", f"size={len(server.data)}", known)
    (project.root / KNOWN).write_text(known)
    with server.running():
        yield project, server


def run_librispeech(project, server, *more):
    return project.make("librispeech", "JOBS=1", f"MIRROR={server.url}", f"SET={SMALL}", *more)


@unpacks
def test_speech_is_fetched_once_and_a_killed_run_goes_on(served):
    project, server = served
    command = ["make", "-o", ".venv/ready", "librispeech", "JOBS=2", f"MIRROR={server.url}"]
    log = project.root.parent / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, f"SET={SMALL}"],
            cwd=project.root,
            env=project.environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while "Running stage 'resynthesize@" not in log.read_text():
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    with leave_orphans_zombies():
        kill_all(process)
        output = run_librispeech(project, server)
    assert "fetch: LibriSpeech dev-clean (CC BY 4.0" in log.read_text()
    assert "fetch:" not in output and len(server.ranges) == 1
    assert not stages_run(output) & {"split", "features"}
    text = project.read("runs/librispeech/params.yaml")
    assert f"root: {project.root}/data/corpora/LibriSpeech\n" in text
    assert project.dvc("exp", "list", "--name-only").split() == ["librispeech"]

    # The same run without an interruption, and without anything in the cache, has the same bytes.
    project.run("rm", "-rf", ".dvc/cache")
    fresh = run_librispeech(project, server, "RUN=again")
    assert {"split", "features"} | cell_stages(["vae"], ["m4"]) <= stages_run(fresh)
    outputs = locked(project, "again")
    interrupted = locked(project, "librispeech")
    assert {path: interrupted[path] for path in outputs} == outputs
    assert set(project.dvc("exp", "list", "--name-only").split()) == {"librispeech", "again"}


def kill_all(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and everything that it started, in whatever session."""
    pids = [process.pid]
    for pid in pids:
        # A process that is stopped starts no others.
        os.kill(pid, signal.SIGSTOP)
        children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout
        pids += map(int, children.split())
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    process.wait()


def test_a_preset_runs_in_a_clone_and_in_a_worktree_of_git(project):
    """Both have a name with a space, and the user of git is not known."""
    environment = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    where = [project.root.parent / name for name in ("a clone", "a worktree")]
    project.run("git", "clone", "-q", ".", str(where[0]))
    project.run("git", "worktree", "add", "-q", str(where[1]), "-b", "other")
    unknown = {key: value for key, value in project.environment.items() if "GIT_" not in key}
    for root in where:
        copy = SmallProject(root)
        copy.dvc("cache", "dir", "--local", str(project.root / ".dvc/cache"))
        (root / "presets/same.yaml").write_text("train: {patience: 20}\n")
        done = subprocess.run(
            ["make", "-o", ".venv/ready", "same", "JOBS=1", f"RUN=in-{root.name[2:]}"],
            cwd=root,
            env=unknown | environment | {"HOME": str(root.parent)},
            check=True,
            capture_output=True,
            text=True,
        )
        assert not stages_run(done.stdout) & cell_stages(["vae", "vsc-a50"])
        assert f"in-{root.name[2:]}" in copy.dvc("exp", "list", "--name-only")
