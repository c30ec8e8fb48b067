"""Kill workers of a cluster while a small pipeline runs, and compare its outputs with local ones.

Usage, from the root of the repository: python -m benchmarks.kill_workers [KILLS [CELL]]. The
pipeline of one cell runs once with local processes, once on a scheduler and two workers of this
machine, and then again and again on such a cluster while workers are killed, until there were KILLS
kills (20). Each kill is a SIGKILL at a random moment, and another worker is started at once. The
exit status is 0 if every run ended with the same bytes in all outputs and left nothing else behind.
"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from ruamel.yaml import YAML

from tests.support.cluster import Cluster
from tests.support.small_project import SmallProject

CHILD = "sdmvae.runtime.cluster.child"
KILLS_OF_A_RUN = 8
EPOCHS = 40


def main() -> None:
    """Run, kill, compare and print."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    target = f"score@{sys.argv[2] if len(sys.argv) > 2 else 'vae-m4-0'}"
    base = Path(tempfile.mkdtemp(prefix="kill-workers-"))
    chance, done, failures, run = random.Random(0), Counter[str](), 0, 0
    expected, local = repro(base / "local", target, "")
    print(f"local processes: {local:.0f} s, {len(expected)} files", flush=True)
    while run == 0 or done.total() < kills:
        folder = base / f"run {run}"
        with Cluster(folder / "cluster", workers=2) as cluster:
            wanted = min(KILLS_OF_A_RUN, kills - done.total()) if run else 0
            found, seconds = repro(folder, target, cluster.address, cluster, wanted, chance, done)
        same = found == expected
        failures += not same
        what = f"{done.total()} kills so far" if run else "no kills"
        result = "the same bytes" if same else f"DIFFERENT: {differences(expected, found)}"
        ratio = f"{seconds / local:.2f} times the time of local processes"
        print(f"run {run}, {what}: {seconds:.0f} s, {ratio}: {result}", flush=True)
        run += 1
    print("killed while these ran: " + ", ".join(f"{name} {n}" for name, n in sorted(done.items())))
    if failures:
        sys.exit(f"kill_workers: FAILED: {failures} runs differ; see {base}")
    shutil.rmtree(base)
    print(f"kill_workers: {done.total()} kills in {run - 1} runs, and no byte differs")


def repro(
    folder: Path,
    target: str,
    address: str,
    cluster: Cluster | None = None,
    kills: int = 0,
    chance: random.Random | None = None,
    done: Counter[str] | None = None,
) -> tuple[dict[str, str], float]:
    """Run the pipeline of a new small project, and kill workers meanwhile.

    Args:
        folder: Where the project is made.
        target: The stage to run, with what it depends on.
        address: The address of a scheduler; empty for local processes.
        cluster: The cluster whose workers are killed.
        kills: How many times.
        chance: Decides when, and which worker.
        done: Counts the kills by the stage that ran.

    Returns:
        The SHA-256 of every output, and the seconds that the run took.
    """
    project = SmallProject.create(folder)
    project.edit(lambda values: values["train"].update(epochs=EPOCHS, patience=EPOCHS))
    log, start = folder / "log", time.monotonic()
    with log.open("w") as file:
        process = subprocess.Popen(
            ["dvc", "repro", target],
            cwd=project.root,
            env={**project.environment, "SDMVAE_SCHEDULER": address},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    while kills and cluster and chance and done is not None and process.poll() is None:
        if not busy(cluster):
            time.sleep(0.02)
            continue
        time.sleep(chance.uniform(0, 5))
        stage = running_stage(log)
        alive = [worker for worker in cluster.workers if worker.poll() is None]
        victim = chance.choice(alive)
        cluster.add_worker()
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        done[stage] += 1
        kills -= 1
    if process.wait(timeout=1800):
        raise RuntimeError(f"the run ended with status {process.returncode}:\n{log.read_text()}")
    return digests(project.root), time.monotonic() - start


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


def running_stage(log: Path) -> str:
    """Return the name of the stage that DVC runs."""
    lines = [line for line in log.read_text().splitlines() if line.startswith("Running stage '")]
    return lines[-1].split("'")[1].partition("@")[0] if lines else "none"


def digests(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of the outputs, and of every file that was left over."""
    locked = YAML(typ="safe", pure=True).load(root / "dvc.lock")["stages"]
    outputs = [root / out["path"] for stage in locked.values() for out in stage["outs"]]
    left_over = [*(root / "data").rglob("*.part"), root / "data/checkpoints"]
    files = [
        file
        for place in [*outputs, *left_over]
        for file in ([place] if place.is_file() else sorted(place.rglob("*")))
        if file.is_file() and not file.is_relative_to(root / "data/source")
    ]
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def differences(expected: dict[str, str], found: dict[str, str]) -> str:
    """Return the paths of the files that are not the same."""
    return ", ".join(sorted({path for path, _ in expected.items() ^ found.items()}))


if __name__ == "__main__":
    main()
