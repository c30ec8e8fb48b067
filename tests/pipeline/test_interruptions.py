"""SIGKILL in the middle of stages: the next run goes on to the same outputs.

KILLS=100 pytest tests/pipeline/test_interruptions.py kills more often. DVC writes its record of
which process uses which output in place. When it is killed while it does that, the test removes
this file, as `make repro` does.
"""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.support.small_project import SmallProject

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "4"))
STAGES = ("split", "train", "resynthesize", "score")
TARGET = "score@vae-m4-0"
# What DVC prints about a file of its own that is cut off.
TORN = {"Unable to read RWLock-file": ".dvc/tmp/rwlock"}


def test_a_run_that_is_killed_in_many_stages_ends_with_the_same_outputs(finished, tmp_path):
    project, chance = finished.copy(tmp_path), random.Random(0)
    expected = outputs(project)
    project.make("clean")
    (project.root / "dvc.lock").unlink()
    for kill in range(KILLS):
        run(project, STAGES[kill % len(STAGES)], chance)
    run(project, None, chance)
    assert outputs(project).items() <= expected.items()
    assert "data/scores/vae-m4/0" in outputs(project)
    assert not list(project.root.rglob("*.part"))
    assert "up to date" in project.dvc("status", TARGET)


def run(project: SmallProject, stage: str | None, chance: random.Random) -> None:
    """Run the pipeline, and kill it in a stage. With None, run it to the end."""
    log = project.root.parent / "log"
    while True:
        with log.open("w") as file:
            process = subprocess.Popen(
                ["python", "-m", "stages.dvc_repro", TARGET],
                cwd=project.root,
                env=project.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        killed = stage is not None and kill_during(process, stage, log, chance)
        status = process.wait(timeout=600)
        torn = [name for message, name in TORN.items() if message in log.read_text()]
        if not torn:
            break
        for name in torn:
            (project.root / name).unlink()
    assert killed or status == 0, log.read_text()


def kill_during(
    process: "subprocess.Popen[bytes]", stage: str, log: Path, chance: random.Random
) -> bool:
    """Kill DVC and all its processes, or the process of the stage only, at a random moment."""
    while f"Running stage '{stage}" not in log.read_text():
        if process.poll() is not None:
            return False
        time.sleep(0.05)
    time.sleep(chance.uniform(0, 3))
    if process.poll() is not None:
        return False
    if chance.random() < 0.3 and (stages := stage_processes(process.pid)):
        os.kill(stages[0], signal.SIGKILL)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    return True


def stage_processes(session: int) -> list[int]:
    """Return the processes of a session that run a stage; its first one runs DVC."""
    processes = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
            number = int(entry.name)
            if number != session == os.getsid(number) and b"-m" in arguments[1:2]:
                processes.append(number)
        except OSError:
            continue
    return processes


def outputs(project: SmallProject) -> dict[str, str]:
    """Return the MD5 of every output by its path, from dvc.lock."""
    locked = YAML(typ="safe", pure=True).load(project.root / "dvc.lock")["stages"]
    return {out["path"]: out["md5"] for stage in locked.values() for out in stage["outs"]}
