"""Kill workers of a cluster while a small pipeline runs, and compare its outputs with local ones.

Usage, from the root of the repository: python -m benchmarks.kill_workers [KILLS]. The stages of one
cell run once with local processes, once on a scheduler and two workers of this machine, and then
again and again on such a cluster while workers are killed, until there were KILLS kills (20). In
each run and each stage whose work is done on workers, two workers are killed by SIGKILL, at moments
that are random in the time that the stage took before, and others are started at once. In training
the first epoch is waited for. The exit status is 0 if every run made the same bytes in all outputs
and left nothing else behind.

The stages run one after another in one process, without DVC, whose own time would be most of it.
"""

import hashlib
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.support.cluster import Cluster
from tests.support.small_project import SmallProject

CHILD = "sdmvae.runtime.cluster.child"
CELL = "vae-m4-0"
CHECKPOINT = Path(f"data/checkpoints/{CELL}.safetensors")
STAGES = ("variants", "source", "recordings", "split", "features", "train", "resynthesize", "score")
ON_WORKERS = STAGES[2:]
OF_A_CELL = STAGES[5:]
KILLS_OF_A_STAGE = 2
EPOCHS = 60
PROGRAM = f"""
import sys, importlib, stages
for name in {STAGES}:
    module = importlib.import_module(f"stages.{{name}}")
    print("stage", name, flush=True)
    sys.argv = [name] + ["{CELL}"] * (name in {OF_A_CELL})
    module.main()
"""


def main() -> None:
    """Run, kill, compare and print."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    base = Path(tempfile.mkdtemp(prefix="kill-workers-"))
    chance, done, failures, number = random.Random(0), Counter[str](), 0, 0
    expected, durations = run(base / "local", "")
    local = sum(durations.values())
    print(f"local processes: {local:.0f} s, {len(expected)} files", flush=True)
    while number == 0 or done.total() < kills:
        folder = base / f"run {number}"
        with Cluster(folder / "cluster", workers=2) as cluster:
            killer = Killer(cluster, durations, chance, done) if number else None
            found, taken = run(folder, cluster.address, killer)
        failures += found != expected
        seconds = sum(taken.values())
        what = f"{done.total()} kills so far" if number else "no kills"
        same = found == expected
        result = "the same bytes" if same else f"DIFFERENT: {differences(expected, found)}"
        ratio = f"{seconds / local:.2f} times the time of local processes"
        print(f"run {number}, {what}: {seconds:.0f} s, {ratio}: {result}", flush=True)
        number += 1
    print("killed in " + ", ".join(f"{stage} {count}" for stage, count in sorted(done.items())))
    if failures:
        sys.exit(f"kill_workers: FAILED: {failures} runs differ; see {base}")
    shutil.rmtree(base)
    print(f"kill_workers: {done.total()} kills in {number - 1} runs, and no byte differs")


class Killer:
    """Kills workers of a cluster in every stage, and starts others."""

    def __init__(
        self,
        cluster: Cluster,
        durations: Mapping[str, float],
        chance: random.Random,
        done: Counter[str],
    ) -> None:
        """Take the cluster, how long each stage takes, the chance, and the counts of kills."""
        self._cluster, self._durations = cluster, durations
        self._chance, self._done = chance, done
        self._stage, self._left, self._due = "", 0, math.inf

    def look(self, stage: str, root: Path) -> None:
        """Kill a worker if it is time to do so.

        Args:
            stage: The stage that runs.
            root: The folder of the project.
        """
        if stage != self._stage:
            self._stage = stage
            self._left = KILLS_OF_A_STAGE if stage in ON_WORKERS else 0
            self._due = math.inf
        has_begun = stage != "train" or (root / CHECKPOINT).exists()
        if self._left and self._due == math.inf and has_begun and busy(self._cluster):
            share = 0.1 if stage == "train" else 0.8  # most of the time is spent on the first epoch
            self._due = time.monotonic() + self._chance.uniform(0, share * self._durations[stage])
        if time.monotonic() > self._due:
            running = [worker for worker in self._cluster.workers if worker.poll() is None]
            victim = self._chance.choice(running)
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait()
            self._cluster.add_worker()
            self._done[stage] += 1
            self._left -= 1
            self._due = math.inf


def run(
    folder: Path, address: str, killer: Killer | None = None
) -> tuple[dict[str, str], dict[str, float]]:
    """Run the stages of a new small project.

    Args:
        folder: Where the project is made.
        address: The address of a scheduler; empty for local processes.
        killer: What kills workers meanwhile.

    Returns:
        The SHA-256 of every output, and the seconds that each stage took.
    """
    project = SmallProject.create(folder)
    project.edit(lambda values: values["train"].update(epochs=EPOCHS, patience=EPOCHS))
    log, started = folder / "log", dict[str, float]()
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=project.root,
            env={**project.environment, "SDMVAE_SCHEDULER": address},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    while process.poll() is None:
        lines = log.read_text().splitlines()
        for line in lines:
            if line.startswith("stage "):
                started.setdefault(line.removeprefix("stage "), time.monotonic())
        if killer and started:
            killer.look(list(started)[-1], project.root)
        time.sleep(0.05)
    if process.returncode:
        raise RuntimeError(f"it ended with status {process.returncode}:\n{log.read_text()}")
    ends = [*list(started.values())[1:], time.monotonic()]
    seconds = {name: end - start for (name, start), end in zip(started.items(), ends, strict=True)}
    return digests(project.root), seconds


def busy(cluster: Cluster) -> bool:
    """Tell whether a worker works on a task."""
    for worker in cluster.workers:
        try:
            for child in psutil.Process(worker.pid).children():
                if CHILD in child.cmdline():
                    return True
        except psutil.Error:
            continue
    return False


def digests(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every output, and of every file that was left beside them."""
    files = [*(root / "data").rglob("*"), *(root / "metrics").rglob("*")]
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
        if file.is_file() and not file.is_relative_to(root / "data/source")
    }


def differences(expected: dict[str, str], found: dict[str, str]) -> str:
    """Return the paths of the files that are not the same."""
    return ", ".join(sorted({path for path, _ in expected.items() ^ found.items()}))


if __name__ == "__main__":
    main()
