"""Whether this machine makes the bytes that dvc.lock says: the whole pipeline again, in a clone.

Run from the repository's root: python -m benchmarks.verify [cells at once]. What is verified is
the last commit. The clone is removed unless something differs. Exit status 0 for the same bytes,
or, on a machine that is not bound to make them, for scores within the tolerances below.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ruamel.yaml import YAML

from sdmvae import params
from sdmvae.runtime import determinism
from sdmvae.runtime.workers import processors

# Other arithmetic leads training elsewhere; between two seeds scores differ by about this much.
TOLERANCES = {"pesq": 0.25, "pesq_wb": 0.2, "stoi": 0.03, "estoi": 0.03, "hoyer": 0.08}


def main() -> None:
    """Clone, run, compare, report."""
    jobs = sys.argv[1] if len(sys.argv) > 1 else str(processors())
    here, clone = Path.cwd(), Path(tempfile.mkdtemp(prefix="verify-")) / "clone"
    subprocess.run(["git", "clone", "-q", "--no-local", here, clone], check=True)
    (clone / ".venv").symlink_to(here / ".venv")
    # The clone's list of packages is younger than the environment, but the same.
    command = ["make", "-o", "requirements.lock", "-C", clone, "repro", f"JOBS={jobs}"]
    seconds = timed(command)
    again = timed(["dvc", "repro", "--quiet"], cwd=clone)
    order = list(YAML(typ="safe", pure=True).load(clone / "dvc.yaml")["stages"])
    expected = outputs(committed(clone, "dvc.lock"), order)
    found = outputs((clone / "dvc.lock").read_text(), order)
    print(
        f"verify: {len(found)} stages, {sum(map(len, found.values()))} outputs, {jobs} at once: "
        f"{seconds:.0f} s; dvc repro again: {again:.1f} s"
    )
    differing = [stage for stage in expected | found if expected.get(stage) != found.get(stage)]
    if not differing:
        shutil.rmtree(clone.parent)
        print("verify: every output has the bytes that dvc.lock says")
        return
    first = differing[0]
    pairs = expected.get(first, {}).items() ^ found.get(first, {}).items()
    paths = ", ".join(sorted({path for path, _ in pairs}))
    print(f"verify: {len(differing)} stages differ, first {first}: {paths}; see {clone}")
    if determinism.has_avx2() and params.read().train.device == "cpu":
        sys.exit("verify: FAILED: a processor with AVX2 and FMA should make the same bytes")
    print("verify: this machine is not bound to the same bytes; comparing scores")
    far = False
    for name, allowed in TOLERANCES.items():
        difference, cell = max(differences(clone, name))
        print(f"verify: {name}: at most {difference:.3f} apart ({cell}), allowed {allowed}")
        far = far or difference > allowed
    if far:
        sys.exit("verify: FAILED: scores are further apart than that")


def timed(command: list, **options) -> float:
    """Seconds that a command takes, which must succeed."""
    started = time.monotonic()
    subprocess.run(command, check=True, **options)
    return time.monotonic() - started


def outputs(lock: str, order: list[str]) -> dict[str, dict[str, str]]:
    """MD5 of every output of every stage of a lock file, in the order of dvc.yaml."""
    locked = YAML(typ="safe", pure=True).load(lock)["stages"]
    return {
        name: {each["path"]: each["md5"] for each in locked[name].get("outs", [])}
        for name in sorted(locked, key=lambda name: (order.index(name.partition("@")[0]), name))
    }


def differences(clone: Path, name: str) -> list[tuple[float, str]]:
    """How far a score of each cell is from the committed one."""
    found = []
    for path in sorted((clone / "metrics").glob("*.json")):
        ours = json.loads(path.read_text())[name]
        theirs = json.loads(committed(clone, f"metrics/{path.name}"))[name]
        found.append((abs(ours - theirs), path.stem))
    return found


def committed(clone: Path, path: str) -> str:
    """A file as the last commit has it."""
    command = ["git", "-C", clone, "show", f"HEAD:{path}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
