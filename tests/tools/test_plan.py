"""The plan of a sweep, with costs of round numbers."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import PROJECT
from tools import plan

NOTHING = {"fixed_seconds": 0.0, "seconds_per_hour": 0.0, "peak_mb": 100}
UNITS: dict[str, Any] = {
    "stages": {
        "recordings": NOTHING,
        "split": NOTHING | {"seconds_per_hour": 36.0},
        "features": NOTHING | {"seconds_per_hour": 18.0},
        "targets": NOTHING,
        "train": NOTHING | {"fixed_seconds": 10.0},
        "resynthesize": NOTHING | {"fixed_seconds": 6.0, "seconds_per_hour": 30.0},
        "score": NOTHING | {"seconds_per_hour": 300.0, "peak_mb": 200},
        "probe": NOTHING,
    },
    "training": {
        "a": {"frames_per_second": 1000, "peak_mb": 300},
        "b": {"frames_per_second": 3000, "peak_mb": 400},
    },
    "bytes_per_hour": {
        "speech": 10,
        "frames": 1000,
        "resynthesis": 7,
        "scores": 2,
        "probes": 1,
        "targets": 1,
    },
    "bytes_per_model": 5,
    "frames_per_hour": 500,
}
SWEEP = plan.Sweep(
    hours=90.0, validation=6.0, test=4.0, cells=3, seeds=2, epochs=10, cores=4, machine=2, dvc=3.0
)


def test_times_are_those_of_the_parts():
    lines = {line.what: line for line in plan.times(SWEEP, UNITS)}
    assert lines["split"].core == pytest.approx(100 * 36 / 3600)
    assert lines["split"].wall == pytest.approx(0.5)
    assert lines["features"].core == pytest.approx(96 * 18 / 3600)
    # 90 h of 500 frames, ten times, at the harmonic mean of 1000 and 3000 frames a second.
    training = 10 + 450_000 / 1500
    assert lines["train"].core == pytest.approx(6 * training / 3600)
    # Six trainings on four cores take two rounds.
    assert lines["train"].wall == pytest.approx(2 * training / 3600)
    assert lines["score"].core == pytest.approx(6 * 4 * 300 / 3600)
    assert lines["resynthesize"].core == pytest.approx(6 * (6 + 4 * 30) / 3600)
    assert lines["DVC itself"].core == lines["DVC itself"].wall == pytest.approx(6 * 3 / 3600)


def test_bytes_and_memory_are_those_of_the_parts():
    assert plan.bytes_on_disk(SWEEP, UNITS) == {
        "speech": 1000,
        "frames": 96_000,
        "models": 30,
        "resynthesis": 168,
        "scores and probes": 72,
    }
    assert plan.bytes_read(SWEEP, UNITS) == {
        "a machine that keeps the frames": 96_040,
        "a training that does not": 960_000,
        "all cores, each second": pytest.approx(2 * 1500 * 4),
    }
    assert plan.peak_memory(UNITS)["train"] == 400


def test_the_command_prints_what_the_functions_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "units.json"
    path.write_text(json.dumps(UNITS))
    values = "--hours 90 --validation 6 --test 4 --cells 3 --seeds 2 --epochs 10 --cores 4"
    monkeypatch.setattr(
        sys, "argv", ["plan", *values.split(), "--machine=2", "--dvc=3", f"--units={path}"]
    )
    plan.main()
    assert capsys.readouterr().out == plan.table(SWEEP, UNITS) + "\n"
    assert "| all | " in plan.table(SWEEP, UNITS)


def test_the_measured_costs_have_all_that_a_plan_needs():
    units = json.loads((PROJECT / plan.UNITS).read_text(encoding="utf-8"))
    text = plan.table(SWEEP, units)
    assert "nan" not in text and "inf" not in text
    assert all(each["frames_per_second"] > 0 for each in units["training"].values())
