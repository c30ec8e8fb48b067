"""Compute what a sweep of many cells takes, from measured costs of its parts.

Usage, from the root of the repository: python -m tools.plan [--hours 1000] [--cells 100] and so on;
--help lists all. The costs are those of docs/results/unit_costs.json, which the command
python -m benchmarks.unit_costs writes. It is plain arithmetic: nothing is run.
"""

import argparse
import json
import math
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

UNITS = Path("docs/results/unit_costs.json")
HOUR, GB = 3600.0, 1e9
# What runs once for each cell and seed, after its training.
AFTER_TRAINING = ("resynthesize", "score", "probe")
# An output lies in data/ and once more in the cache of DVC, which copies by default.
COPIES = 2


class Sweep(NamedTuple):
    """What is to be run, and on what.

    Attributes:
        hours: Training speech, in hours.
        validation: Validation speech, in hours.
        test: Test speech, in hours.
        cells: Variants times latent dimensions.
        seeds: How often each cell is trained.
        epochs: Epochs of each training.
        cores: Processor cores, one for each training that runs.
        machine: Cores of the machine that prepares the corpus.
        dvc: DVC's own processor time for each cell and seed, in seconds.
    """

    hours: float
    validation: float
    test: float
    cells: int
    seeds: int
    epochs: int
    cores: int
    machine: int
    dvc: float

    @property
    def pairs(self) -> int:
        """The number of trainings: cells times seeds."""
        return self.cells * self.seeds


class Line(NamedTuple):
    """A line of the plan.

    Attributes:
        what: What it is about.
        core: Core hours of all.
        wall: Hours on the clock.
    """

    what: str
    core: float
    wall: float


def times(sweep: Sweep, units: Mapping[str, Any]) -> list[Line]:
    """Return what each part of the run takes.

    Args:
        sweep: What is to be run.
        units: The measured costs.
    """
    speech = sweep.hours + sweep.validation + sweep.test
    corpus = {
        "recordings": speech,
        "split": speech,
        "features": sweep.hours + sweep.validation,
        "targets": sweep.test,
    }
    lines = []
    for name, hours in corpus.items():
        core = stage_seconds(units, name, hours) / HOUR
        lines.append(Line(name, core, core / sweep.machine))
    for name in ("train", *AFTER_TRAINING):
        each = stage_seconds(units, name, sweep.test)
        if name == "train":
            frames = sweep.hours * units["frames_per_hour"] * sweep.epochs
            each = units["stages"]["train"]["fixed_seconds"] + frames / training_rate(units)
        rounds = math.ceil(sweep.pairs / sweep.cores)
        lines.append(Line(name, sweep.pairs * each / HOUR, rounds * each / HOUR))
    # The processes of DVC take turns at its lock, so this part is not shared out.
    dvc = sweep.pairs * sweep.dvc / HOUR
    lines.append(Line("DVC itself", dvc, dvc))
    return lines


def stage_seconds(units: Mapping[str, Any], name: str, hours: float) -> float:
    """Return the processor time of one run of a stage on some hours of speech, in seconds."""
    costs = units["stages"][name]
    return float(costs["fixed_seconds"] + costs["seconds_per_hour"] * hours)


def training_rate(units: Mapping[str, Any]) -> float:
    """Return the frames that a core trains on in a second, over an equal number of each cell."""
    rates = [each["frames_per_second"] for each in units["training"].values()]
    return float(statistics.harmonic_mean(rates))


def bytes_on_disk(sweep: Sweep, units: Mapping[str, Any]) -> dict[str, float]:
    """Return the bytes of each kind of output, without the copy in the cache of DVC."""
    each = units["bytes_per_hour"]
    return {
        "speech": each["speech"] * (sweep.hours + sweep.validation + sweep.test),
        "frames": each["frames"] * (sweep.hours + sweep.validation),
        "models": units["bytes_per_model"] * sweep.pairs,
        "resynthesis": each["resynthesis"] * sweep.test * sweep.pairs,
        "scores and probes": (each["scores"] + each["probes"]) * sweep.test * sweep.pairs,
    }


def bytes_read(sweep: Sweep, units: Mapping[str, Any]) -> dict[str, float]:
    """Return what workers read: for each machine, for each training, and each second.

    Returns:
        The bytes that a machine reads once if its disk holds the frames; those that a training
        reads if it does not, in each epoch anew; and those that all cores then read in a second.
    """
    each = units["bytes_per_hour"]
    once = each["frames"] * (sweep.hours + sweep.validation) + each["speech"] * sweep.test
    per_epoch = each["frames"] * (sweep.hours + sweep.validation)
    a_frame = each["frames"] / units["frames_per_hour"]
    return {
        "a machine that keeps the frames": once,
        "a training that does not": per_epoch * sweep.epochs,
        "all cores, each second": a_frame * training_rate(units) * min(sweep.cores, sweep.pairs),
    }


def peak_memory(units: Mapping[str, Any]) -> dict[str, float]:
    """Return the largest memory of each stage, in MB."""
    peaks = {name: float(costs["peak_mb"]) for name, costs in units["stages"].items()}
    trained = [float(each["peak_mb"]) for each in units["training"].values()]
    return peaks | {"train": max(peaks["train"], *trained)}


def table(sweep: Sweep, units: Mapping[str, Any]) -> str:
    """Return the plan as tables in Markdown."""
    lines = times(sweep, units)
    disk, read = bytes_on_disk(sweep, units), bytes_read(sweep, units)
    total = Line("all", sum(line.core for line in lines), sum(line.wall for line in lines))
    rows = [
        f"{sweep.hours:g} h of training speech, {sweep.validation:g} h of validation speech, "
        f"{sweep.test:g} h of test speech, {sweep.cells} cells with {sweep.seeds} seeds "
        f"({sweep.pairs} trainings of {sweep.epochs} epochs), {sweep.cores} cores",
        "",
        "| part | core hours | hours on the clock |",
        "| --- | --: | --: |",
        *(f"| {line.what} | {line.core:,.1f} | {line.wall:,.1f} |" for line in [*lines, total]),
        "",
        f"| on disk, each byte {COPIES} times | GB |",
        "| --- | --: |",
        *(f"| {name} | {COPIES * size / GB:,.1f} |" for name, size in disk.items()),
        f"| all | {COPIES * sum(disk.values()) / GB:,.1f} |",
        "",
        "| read by workers | GB |",
        "| --- | --: |",
        *(f"| {name} | {size / GB:,.1f} |" for name, size in read.items()),
        "",
        f"Memory: {max(peak_memory(units).values()):,.0f} MB for each core at most.",
    ]
    return "\n".join(rows)


def main() -> None:
    """Print the plan of the sweep that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m tools.plan", description=__doc__)
    parser.add_argument("--hours", type=float, default=1000.0, help="of training speech")
    parser.add_argument("--validation", type=float, default=5.0, help="hours of validation speech")
    parser.add_argument("--test", type=float, default=5.0, help="hours of test speech")
    parser.add_argument("--cells", type=int, default=100, help="variants times latent dimensions")
    parser.add_argument("--seeds", type=int, default=5, help="trainings of each cell")
    parser.add_argument("--epochs", type=int, default=20, help="of each training")
    parser.add_argument("--cores", type=int, default=64, help="one for each training at a time")
    parser.add_argument("--machine", type=int, default=16, help="cores that prepare the corpus")
    parser.add_argument("--dvc", type=float, default=1.13, help="seconds of DVC for each training")
    parser.add_argument("--units", type=Path, default=UNITS, help="the measured costs")
    values = vars(parser.parse_args())
    units = json.loads(values.pop("units").read_text(encoding="utf-8"))
    print(table(Sweep(**values), units))


if __name__ == "__main__":
    main()
