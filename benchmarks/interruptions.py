"""SIGKILL at random moments, all over the pipeline, and what is left of it.

Run from the repository's root: python -m benchmarks.interruptions [kills] [seed]. A small copy of
the project is run undisturbed; then copies are killed again and again, mostly DVC with all below
it, now and then the stage alone, until each has come to its end; every output must be the same.
DVC does not write its own files whole or not at all: one that it was killed over is taken away, as
a user would, and counted.
"""

import collections
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ruamel.yaml import YAML

from tests.support import small_project

# What DVC says of a file of its own that it was killed over.
TORN = {"dvc.lock' validation failed": "dvc.lock", "Unable to read RWLock-file": ".dvc/tmp/rwlock"}


def main() -> None:
    """Print the kills of each stage and whether the outputs are the same."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    with tempfile.TemporaryDirectory(prefix="interruptions-") as name:
        folder = Path(name)
        corpus = small_project.corpus(folder)
        undisturbed = _copy(folder / "undisturbed", corpus)
        started = time.monotonic()
        undisturbed.dvc("repro")
        print(f"undisturbed: {time.monotonic() - started:.0f} s", flush=True)
        expected, killed = outputs(undisturbed), collections.Counter()
        passes = torn = 0
        while sum(killed.values()) < wanted:
            passes += 1
            copy = _copy(folder / f"pass-{passes}", corpus)
            while (stage := disturb(copy, chance)) is not None:
                killed[stage] += 1
            torn += sum(killed.pop(name, 0) for name in TORN.values())
            wrong = [path for path, md5 in outputs(copy).items() if expected.get(path) != md5]
            left = [str(path) for path in copy.root.rglob("*.part")]
            print(
                f"pass {passes}: {sum(killed.values())} kills so far, "
                f"{len(expected) - len(wrong)} of {len(expected)} outputs the same, "
                f"{len(left)} torn files left",
                flush=True,
            )
            if wrong or left or outputs(copy).keys() != expected.keys():
                sys.exit("FAILED: " + ", ".join([*wrong, *left]))
            if "up to date" not in copy.dvc("status"):
                sys.exit("FAILED: dvc status is not clean")
    for stage, count in sorted(killed.items()):
        print(f"{count:4d} in {stage}")
    print(f"{torn:4d} times DVC had torn a file of its own")


def _copy(root: Path, corpus: Path) -> small_project.Copy:
    copy = small_project.Copy(root, corpus)

    def change(values) -> None:
        values["latent_dims"] = ["m4"]
        values["train"].update(epochs=60)

    copy.edit(change)
    return copy


def disturb(copy: small_project.Copy, chance: random.Random) -> str | None:
    """Run the pipeline and kill it after a while: the stage it was in, None if it had ended.

    The name of a file if it could not go on because DVC had torn that file before.
    """
    log = copy.root.parent / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            ["dvc", "repro"],
            cwd=copy.root,
            env=small_project.ENVIRONMENT,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(chance.uniform(1, 14))
        except subprocess.TimeoutExpired:
            if chance.random() < 0.3 and (stages := _stages(process.pid)):
                os.kill(stages[0], signal.SIGKILL)
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    ran = re.findall(r"Running stage '([^'@]+)", log.read_text())
    if process.returncode == 0:
        return None
    for said, name in TORN.items():
        if said in log.read_text():
            (copy.root / name).unlink()
            return name
    if process.returncode > 0 and "exited with -9" not in log.read_text():
        sys.exit(f"FAILED: dvc repro did not go on:\n{log.read_text()}")
    return ran[-1] if ran else "dvc itself"


def _stages(session: int) -> list[int]:
    """Processes of the session that run a stage."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            if os.getsid(int(entry.name)) == session and b"-m" in command[1:2]:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def outputs(copy: small_project.Copy) -> dict[str, str]:
    """MD5 of every output, by its path, as the copy's dvc.lock has them."""
    locked = YAML(typ="safe", pure=True).load(copy.root / "dvc.lock")["stages"]
    return {each["path"]: each["md5"] for stage in locked.values() for each in stage["outs"]}


if __name__ == "__main__":
    main()
