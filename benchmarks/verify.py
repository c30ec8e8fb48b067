"""Check that this machine makes the bytes that dvc.lock records: run the pipeline in a clone.

Usage, from the root of the repository: python -m benchmarks.verify [JOBS]. The last commit is what
is checked. The clone is removed if nothing differs. The exit status is 0 for the same bytes. A
machine that cannot be expected to make them gets 0 for scores within the tolerances below.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sdmvae import params
from sdmvae.runtime import determinism
from sdmvae.runtime.workers import processors

# Other arithmetic trains other weights. The scores of two seeds differ by about this much.
TOLERANCES = {"pesq": 0.25, "pesq_wb": 0.2, "stoi": 0.03, "estoi": 0.03, "hoyer": 0.08}


def main() -> None:
    """Clone, run, compare, and print the result."""
    jobs = sys.argv[1] if len(sys.argv) > 1 else str(processors())
    here, clone = Path.cwd(), Path(tempfile.mkdtemp(prefix="verify-")) / "clone"
    subprocess.run(["git", "clone", "-q", "--no-local", here, clone], check=True)
    (clone / ".venv").symlink_to(here / ".venv")
    # The lists of packages in the clone are newer than the environment, but they are the same.
    command = ["make", "-o", ".venv/ready", "-C", clone, "repro", f"JOBS={jobs}"]
    seconds = seconds_of(command)
    seconds_again = seconds_of(["dvc", "repro", "--quiet"], cwd=clone)
    order = list(YAML(typ="safe", pure=True).load(clone / "dvc.yaml")["stages"])
    expected = outputs(read_committed(clone, "dvc.lock"), order)
    actual = outputs((clone / "dvc.lock").read_text(), order)
    print(
        f"verify: {len(actual)} stages, {sum(map(len, actual.values()))} outputs, {jobs} cells at "
        f"once: {seconds:.0f} s; dvc repro again: {seconds_again:.1f} s"
    )
    differing = [stage for stage in expected | actual if expected.get(stage) != actual.get(stage)]
    if not differing:
        shutil.rmtree(clone.parent)
        print("verify: every output has the bytes that dvc.lock records")
        return
    first = differing[0]
    pairs = expected.get(first, {}).items() ^ actual.get(first, {}).items()
    paths = ", ".join(sorted({path for path, _ in pairs}))
    print(f"verify: {len(differing)} stages differ, first {first}: {paths}; see {clone}")
    if determinism.has_avx2() and params.read().train.device == "cpu":
        sys.exit("verify: FAILED: a processor with AVX2 and FMA should make the same bytes")
    print("verify: this machine cannot be expected to make the same bytes; comparing scores")
    failed = False
    for name, tolerance in TOLERANCES.items():
        difference, cell = max(differences(clone, name))
        print(f"verify: {name}: at most {difference:.3f} apart ({cell}), tolerance {tolerance}")
        failed = failed or difference > tolerance
    if failed:
        sys.exit("verify: FAILED: a score is further away than its tolerance")


def seconds_of(command: list[str | Path], **options: Any) -> float:
    """Return how many seconds a command takes. It must succeed."""
    start = time.monotonic()
    subprocess.run(command, check=True, **options)
    return time.monotonic() - start


def outputs(lock: str, order: list[str]) -> dict[str, dict[str, str]]:
    """Return the MD5 of every output of every stage of a lock file, in the order of dvc.yaml."""
    locked = YAML(typ="safe", pure=True).load(lock)["stages"]
    return {
        name: {out["path"]: out["md5"] for out in locked[name].get("outs", [])}
        for name in sorted(locked, key=lambda name: (order.index(name.partition("@")[0]), name))
    }


def differences(clone: Path, name: str) -> list[tuple[float, str]]:
    """Return how far a score of each cell is from the committed one, with the name of the cell."""
    pairs = []
    for path in sorted((clone / "metrics").glob("*.json")):
        actual = json.loads(path.read_text())[name]
        expected = json.loads(read_committed(clone, f"metrics/{path.name}"))[name]
        pairs.append((abs(actual - expected), path.stem))
    return pairs


def read_committed(clone: Path, path: str) -> str:
    """Return the text of a file in the last commit."""
    command = ["git", "-C", clone, "show", f"HEAD:{path}"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
