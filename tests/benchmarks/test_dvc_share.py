"""The project with which DVC's own time is measured."""

import subprocess
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks import dvc_share
from benchmarks.unit_costs import slope
from tests.support import PROJECT

STAGES = YAML(typ="safe", pure=True).load(PROJECT / "dvc.yaml")["stages"]
VALUES = {"${item.variant}": "vae", "${item.m}": "m32", "${item.seed}": "0"}


def filled(text: str) -> str:
    for name, value in VALUES.items():
        text = text.replace(name, value)
    return text


def test_the_commands_write_all_that_stages_declare_and_depend_on(tmp_path: Path):
    declared = set()
    for name, stage in STAGES.items():
        command = filled(dvc_share.command_of(name, stage, ["vae"]))
        subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=True)
        for out in [*stage.get("outs", []), *stage.get("metrics", [])]:
            declared.add(filled(out if isinstance(out, str) else next(iter(out))))
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert declared <= made
    needed = {filled(dep) for stage in STAGES.values() for dep in stage["deps"]}
    assert {dep for dep in needed if dep.startswith("data/")} <= made


def test_a_line_through_two_costs_gives_the_fixed_part_and_the_slope():
    costs = [dvc_share.Cost(processor=7.0, wall=9.0, peak=50.0), dvc_share.Cost(13.0, 20.0, 60.0)]
    expected = {"fixed_seconds": 5.0, "seconds_per_hour": 4.0, "peak_mb": 60}
    assert slope(costs, [0.5, 2.0]) == expected
    assert slope(costs, [0.0, 0.0])["seconds_per_hour"] == 0
