"""The command that runs stages of DVC: as `dvc repro`, interrupted, and side by side."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from ruamel.yaml import YAML

from tests.support import PROJECT
from tests.support.cluster import alive
from tests.support.small_project import make_environment
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

# Each command adds a line to `log`. The command of a number waits while there is a file `wait`, and
# fails while there is a file `fail`.
PIPELINE = """\
stages:
  first:
    cmd: echo first >> log; cp params.yaml first
    params: [numbers]
    deps: [given]
    outs: [first]
  each:
    matrix:
      number: ${numbers}
    cmd: echo ${item.number} >> log; test ! -e fail-${item.number} || exit 3;
      while [ -e wait-${item.number} ]; do sleep 0.05; done;
      mkdir -p parts; echo ${item.number} > parts/${item.number}
    params: [rate]
    deps: [first]
    outs:
    - parts/${item.number}
  all:
    cmd: echo all >> log; cat parts/* > all.json
    deps: [parts]
    metrics:
    - all.json: {cache: false}
"""
PARAMETERS = "numbers: [n1, n2, n3, n4]\nrate: 1.0e-06\n"
OURS = (sys.executable, "-m", "stages.dvc_repro")


class Project:
    """A project of DVC with a few stages that the shell runs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        (root / "dvc.yaml").write_text(PIPELINE)
        (root / "params.yaml").write_text(PARAMETERS)
        (root / "given").write_text("given\n")
        (root / ".gitignore").write_text("/log\n")
        self.run("git", "init", "-q", "-b", "main")
        self.run("dvc", "init", "-q")
        self.run("dvc", "config", "core.autostage", "true")

    @property
    def environment(self) -> dict[str, str]:
        site_cache = self.root.parent / f"{self.root.name} site cache"
        return {**make_environment(site_cache), "PYTHONPATH": str(PROJECT)}

    def start(self, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, *command: str, status: int = 0) -> str:
        process = self.start(*command)
        output, _ = process.communicate(timeout=600)
        assert process.returncode == status, output
        return output

    def text(self, name: str) -> str:
        path = self.root / name
        return path.read_text() if path.exists() else ""

    def ran(self) -> list[str]:
        """Return which commands have run, in their order."""
        return self.text("log").split()

    def locked(self) -> set[str]:
        """Return the stages in dvc.lock."""
        text = self.text("dvc.lock")
        return set(YAML(typ="safe", pure=True).load(text)["stages"]) if text else set()

    def hold(self, number: str) -> Path:
        """Let the command of a number wait, and return the file that it waits for."""
        path = self.root / f"wait-{number}"
        path.touch()
        return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def test_it_leaves_what_dvc_leaves_and_finds_everything_up_to_date(project, tmp_path):
    other = Project(tmp_path / "other")
    for each, command in ((project, OURS), (other, ("dvc", "repro"))):
        each.run(*command)
        # dvc.lock has the entries of before in their places, and new ones at the end.
        (each.root / "params.yaml").write_text(PARAMETERS.replace("n4", "n4, n5"))
        each.run(*command)
    assert project.ran() == other.ran()
    assert project.text("dvc.lock") == other.text("dvc.lock")
    staged = ("git", "diff", "--cached", "--name-only", "--no-renames")
    assert project.run(*staged) == other.run(*staged)
    before = project.ran()
    for command in (OURS, ("dvc", "repro")):
        output = project.run(*command)
        assert output.count("didn't change, skipping") == 7
        assert output.endswith("Data and pipelines are up to date.\n")
    assert project.ran() == before


def test_named_stages_run_with_what_they_depend_on_or_alone(project):
    output = project.run(*OURS, "each@n2")
    assert project.ran() == ["first", "n2"]
    assert re.findall(r"^Running stage '(.*)'", output, re.MULTILINE) == ["first", "each@n2"]
    (project.root / "given").write_text("something else\n")
    project.run(*OURS, "-s", "each@n3", "each@n1")
    assert project.ran() == ["first", "n2", "n3", "n1"]
    assert project.locked() == {"first", "each@n1", "each@n2", "each@n3"}
    assert "each@n9" in project.run(*OURS, "-s", "each@n9", status=255)
    assert "each@n9" in project.run(*OURS, "each@n9", status=255)


def test_two_side_by_side_keep_the_entries_of_both(project):
    project.run(*OURS, "first")
    gates = [project.hold("n2"), project.hold("n4")]
    one = project.start(*OURS, "-s", "each@n1", "each@n2")
    two = project.start(*OURS, "-s", "each@n3", "each@n4")
    # Both hold an entry that they have not written when they meet.
    wait_until(lambda: {"n2", "n4"} <= set(project.ran()), seconds=600)
    for gate in gates:
        gate.unlink()
    outputs = [process.communicate(timeout=600)[0] for process in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0), outputs
    assert project.locked() == {"first", "each@n1", "each@n2", "each@n3", "each@n4"}
    assert "up to date" in project.run("dvc", "status", "each")


def test_a_stage_that_fails_ends_the_run_and_what_ran_is_kept(project):
    (project.root / "fail-n3").touch()
    output = project.run(*OURS, "-s", "first", "each@n1", "each@n3", "each@n4", status=255)
    assert project.ran() == ["first", "n1", "n3"]
    assert project.locked() == {"first", "each@n1"}
    assert "failed to reproduce 'each@n3'" in output and "exited with 3" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_command_and_what_ran_is_kept(project, number, status):
    project.hold("n2")
    process = project.start(*OURS, "-s", "first", "each@n1", "each@n2", "each@n3")
    wait_until(lambda: project.ran() == ["first", "n1", "n2"], seconds=600)
    commands = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == status, output
    assert commands and not any(alive(each.pid) for each in commands)
    assert project.locked() == {"first", "each@n1"}
    assert "Traceback" not in output and "ERROR" not in output


def test_after_sigkill_nothing_that_has_run_runs_again(project):
    gate = project.hold("n2")
    process = project.start(*OURS, "-s", "first", "each@n1", "each@n2")
    wait_until(lambda: project.ran() == ["first", "n1", "n2"], seconds=600)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=600)
    gate.unlink()
    output = project.run(*OURS)
    assert sorted(project.ran()) == ["all", "first", "n1", "n2", "n2", "n3", "n4"]
    assert "each@n1' is cached - skipping run" in output or "each@n1' didn't change" in output
    assert "up to date" in project.run("dvc", "status")
