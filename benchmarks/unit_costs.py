"""Measure what a run costs for each frame, each hour of speech and each cell, for plans of sweeps.

Usage, from the root of the repository: python -m benchmarks.unit_costs [FILE]. It runs the stages
by themselves, without DVC, in a temporary folder, on the corpus `voices`, which is SYNTHETIC. Each
stage runs with a small and with a larger share of the corpus, so that the part of its processor
time that grows with the speech can be told from what it always takes (mostly to import libraries).
Training runs with two numbers of epochs instead. The results go to FILE, for tools/plan.py.
"""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from benchmarks.dvc_share import PROJECT, Cost, copy_code, run_together
from sdmvae.dataset.frames import Frames
from sdmvae.runtime.progress import progress

RESULTS = Path("docs/results/unit_costs.json")
# Utterances of each speaker.
SMALL, LARGE = 1, 4
FEW_EPOCHS, MANY_EPOCHS = 1, 6
CELLS = ("vae-m32", "vae-m64", "vsc-a50-m32", "vsc-a50-m64", "sdm-dct64-m32", "sdm-dct64-m64")
# One of the cells stands for all: the stages after training cost nearly the same for all of them.
CELL = "sdm-dct64-m64"
OF_THE_CORPUS = ("variants", "code", "source", "recordings", "split", "features", "targets")
OF_A_CELL = ("train", "resynthesize", "score", "probe")
# What the time of a stage grows with.
PARTS = {"features": ("train", "validation"), "split": ("train", "validation", "test")}
TEST = ("test",)
OUTPUTS = {
    "speech": ("data/speech", ("train", "validation", "test")),
    "frames": ("data/frames", ("train", "validation")),
    "resynthesis": (f"data/resynthesis/{CELL}/0", TEST),
    "scores": (f"data/scores/{CELL}/0", TEST),
    "probes": (f"data/probes/{CELL}/0.csv", TEST),
    "targets": ("data/targets", TEST),
}


def main() -> None:
    """Measure, print the results, and write them."""
    path = (Path.cwd() / (sys.argv[1] if len(sys.argv) > 1 else RESULTS)).resolve()
    with tempfile.TemporaryDirectory(prefix="sdmvae-") as folder:
        copy_code(Path(folder), "data/voices")
        os.environ["PYTHONPATH"] = folder
        os.chdir(folder)
        results = measure()
    text = json.dumps(results, indent=1) + "\n"
    path.write_text(text, encoding="utf-8")
    print(text, end="")


def measure() -> dict[str, Any]:
    """Return all units; the working directory is the project."""
    costs: dict[str, list[Cost]] = {}
    hours: dict[int, Mapping[str, float]] = {}
    names = [*OF_THE_CORPUS, *OF_A_CELL]
    steps = [(size, name) for size in (SMALL, LARGE) for name in names]
    for size, name in progress(steps, "stages", len(steps), "stage"):
        set_parameters(utterances=size, epochs=FEW_EPOCHS)
        costs.setdefault(name, []).append(run_stage(name, CELL))
        hours[size] = hours_of_speech() if name == "split" else hours.get(size, {})
    return {
        "corpus": "voices (synthetic)",
        "hours": hours[LARGE],
        "stages": {
            name: slope(each, [amount(name, hours[size]) for size in (SMALL, LARGE)])
            for name, each in costs.items()
        },
        "training": {
            cell: training(cell) for cell in progress(CELLS, "training", len(CELLS), "cell")
        },
        "bytes_per_hour": {
            name: round(size_of(Path(place)) / sum(hours[LARGE][part] for part in parts))
            for name, (place, parts) in OUTPUTS.items()
        },
        "bytes_per_model": size_of(Path("data/models") / CELL / "0"),
        "frames_per_hour": round(
            len(Frames(Path("data/frames/train.npy"))) / hours[LARGE]["train"]
        ),
    }


def run_stage(name: str, cell: str) -> Cost:
    """Run a stage, and return what it took; a stage of a cell runs for its seed 0."""
    arguments = [f"{cell}-0"] if name in OF_A_CELL else []
    return run_together([[sys.executable, "-m", f"stages.{name}", *arguments]])


def slope(costs: list[Cost], amounts: list[float]) -> dict[str, float]:
    """Return the processor time of a stage as a part that is fixed and a part for each hour."""
    small, large = costs
    more = amounts[1] - amounts[0]
    each = max(0.0, (large.processor - small.processor) / more) if more else 0.0
    return {
        "fixed_seconds": round(max(0.0, small.processor - each * amounts[0]), 2),
        "seconds_per_hour": round(each, 1),
        "peak_mb": round(large.peak),
    }


def training(cell: str) -> dict[str, float]:
    """Return the frames of training speech that one core trains on in a second, and the memory."""
    costs = []
    for epochs in (FEW_EPOCHS, MANY_EPOCHS):
        set_parameters(utterances=LARGE, epochs=epochs)
        costs.append(run_stage("train", cell))
    frames = len(Frames(Path("data/frames/train.npy"))) * (MANY_EPOCHS - FEW_EPOCHS)
    return {
        "frames_per_second": round(frames / (costs[1].processor - costs[0].processor)),
        "peak_mb": round(costs[1].peak),
    }


def amount(name: str, hours: Mapping[str, float]) -> float:
    """Return the hours of speech that the time of a stage grows with."""
    if name == "train":
        return hours["train"]
    if name in ("variants", "code"):
        return 0.0
    if name in ("source", "recordings"):
        return sum(hours.values())
    return sum(hours[part] for part in PARTS.get(name, TEST))


def hours_of_speech() -> dict[str, float]:
    """Return the hours of speech of each part."""
    manifest = pd.read_csv("data/manifest.csv")
    seconds = manifest.groupby("split")["seconds"].sum()
    return {str(part): round(value / 3600, 5) for part, value in seconds.items()}


def size_of(path: Path) -> int:
    """Return the bytes in a file or folder."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(file.stat().st_size for file in files)


def set_parameters(utterances: int, epochs: int) -> None:
    """Write params.yaml with so many utterances of each speaker and so many epochs."""
    yaml = YAML()
    values = yaml.load(PROJECT / "params.yaml")
    values["corpus"]["utterances"], values["train"]["epochs"] = utterances, epochs
    values["train"]["decay"] = 0.0
    yaml.dump(values, Path("params.yaml"))


if __name__ == "__main__":
    main()
