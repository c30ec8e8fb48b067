"""Measure DVC's own processor time for each cell and seed, with stages that do almost nothing.

Usage: python -m benchmarks.dvc_share FOLDER PAIRS [--way ours|plain] [--jobs N] [--only N]

It writes a project into FOLDER that has the stages, the matrix, the dependencies, the outputs and
the parameters of dvc.yaml. Only the commands are others: they write a few bytes. So nearly all the
time of a run is that of DVC. `ours` runs the project as `make repro` does, and `plain` by
`dvc repro`. With `--only N`, the stages of N pairs (of a cell and a seed) run, and dvc.lock has
made-up entries for all other pairs: so a way can be measured where a whole run would take hours.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from sdmvae import params
from sdmvae.runtime import dvc_lock_file
from stages import run_all

PROJECT = Path(__file__).parent.parent
# The number of variants and of seeds for a number of pairs, with two latent dimensions.
SHAPES = {14: (7, 1), 100: (10, 5), 500: (50, 5)}
COPIED = ("sdmvae", "stages", ".dvcignore", ".gitignore", "data/.gitignore", "data/README.md")
TEST_UTTERANCES = 45
PLAIN, OURS = "plain", "ours"
OF_A_RUN = BEFORE, CELLS, AFTER = "before the cells", "cells", "after the cells"
# DVC runs every command by this shell.
SHELL = "/bin/sh"


class Cost(NamedTuple):
    """What a command took.

    Attributes:
        processor: The processor time of its process and of all that it waited for, in seconds.
        wall: The time from its start to its end, in seconds.
        peak: The largest resident memory of one process, in MB.
    """

    processor: float
    wall: float
    peak: float


def main() -> None:
    """Make the project, run it in phases, and print what each phase took."""
    arguments = read_arguments()
    folder = arguments.folder.resolve()
    if not (folder / "dvc.yaml").exists():
        write_project(folder, *SHAPES[arguments.pairs])
    os.environ |= environment(folder)
    os.chdir(folder)
    trainings = [training.name for training in params.read().trainings]
    chosen = trainings[: arguments.only or None]
    alone = seconds_of_commands(folder, chosen)
    print(f"{len(chosen)} of {arguments.pairs} pairs, {arguments.way}, {arguments.jobs} at once")
    print(f"  the commands alone: {alone:.3f} s of processor time for each pair")
    total = 0.0
    for phase, commands in phases(arguments.way, trainings, arguments.jobs, arguments.only):
        pairs, others = (len(chosen), alone) if phase == CELLS else (len(trainings), 0.0)
        cost = run_together(commands)
        own = cost.processor / pairs - others
        total += own if phase in OF_A_RUN else 0
        print(
            f"  {phase}: {own:.3f} s of processor time for each pair, "
            f"{cost.wall / pairs:.3f} s of wall time, {cost.peak:.0f} MB",
            flush=True,
        )
    print(f"  a run: {total:.3f} s of processor time for each pair, {total / 60:.1%} of a minute")


def read_arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dvc_share", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the project; it is made")
    parser.add_argument("pairs", type=int, choices=SHAPES, help="cells times seeds")
    parser.add_argument("--way", choices=(PLAIN, OURS), default=OURS)
    parser.add_argument("--jobs", type=int, default=2, help="processes of DVC side by side")
    parser.add_argument("--only", type=int, default=0, help="how many pairs to run")
    return parser.parse_args()


def phases(
    way: str, trainings: Sequence[str], jobs: int, only: int
) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the phases of a run: a name, and the commands that run side by side."""
    ours = [sys.executable, "-m", "stages.dvc_repro"]
    command = ["dvc", "--wait-for-lock", "repro"] if way == PLAIN else ours
    yield BEFORE, [[*command, *run_all.BEFORE_THE_CELLS]]
    chosen = list(trainings[: only or None])
    if only:
        run_together([[*ours, "-s", *run_all.stages_of(chosen[:1])]])
        make_up(trainings, chosen)
    shares = run_all.deal(chosen, jobs)
    yield CELLS, [[*command, "-s", *run_all.stages_of(share)] for share in shares]
    if not only:
        yield AFTER, [command]
        yield "a run with nothing to do", [command]
        yield "dvc status", [["dvc", "status", "-q"]]


def run_together(commands: Sequence[Sequence[str]]) -> Cost:
    """Run commands side by side, and return what they took together.

    Raises:
        SystemExit: One of them failed.
    """
    start = time.monotonic()
    with Path("log").open("a") as log:
        started = [
            subprocess.Popen(each, stdout=log, stderr=log, start_new_session=True)
            for each in commands
        ]
    processor, peak = 0.0, 0.0
    for process in started:
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{' '.join(map(str, process.args[:4]))} failed; see {Path('log').resolve()}")
        process.returncode = 0
        processor += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1024)
    return Cost(processor, time.monotonic() - start, peak)


def make_up(trainings: Sequence[str], but: Sequence[str]) -> None:
    """Write entries for all trainings but some into dvc.lock: those of one, under other names.

    Only the size of dvc.lock matters to what is measured.
    """
    path, model = Path("dvc.lock"), but[0]
    text = path.read_text(encoding="utf-8")
    entries = {match[1]: match[0] for match in dvc_lock_file.ENTRY.finditer(text)}
    copied = {}
    for training in (training for training in trainings if training not in but):
        for stage, known in zip(
            run_all.stages_of([training]), run_all.stages_of([model]), strict=True
        ):
            copied[stage] = rename(entries[known], model, training)
    dvc_lock_file.update(path, copied)
    forgotten = [entries[name] for name in run_all.stages_of([model])]
    text = path.read_text(encoding="utf-8")
    for entry in forgotten:
        text = text.replace(entry, "")
    path.write_text(text, encoding="utf-8")
    shutil.rmtree(".dvc/cache/runs")


def rename(entry: str, old: str, new: str) -> str:
    """Return an entry of dvc.lock with the name and the paths of another training."""
    (cell, seed), (new_cell, new_seed) = old.rsplit("-", 1), new.rsplit("-", 1)
    renamed = entry.replace(f"@{old}:", f"@{new}:").replace(
        f"{cell}/{seed}", f"{new_cell}/{new_seed}"
    )
    return renamed.replace(cell, new_cell)


def seconds_of_commands(folder: Path, trainings: Sequence[str]) -> float:
    """Return the processor time that the commands of one pair take without DVC, in seconds."""
    stages = YAML(typ="safe").load(folder / "dvc.yaml")["stages"]
    place, count = folder / "alone", 5
    before = os.times()
    for training in trainings[:count]:
        variant, m, seed = training.rsplit("-", 2)
        for name in run_all.OF_A_TRAINING:
            command = stages[name]["cmd"]
            for key, value in {"variant": variant, "m": m, "seed": seed}.items():
                command = command.replace(f"${{item.{key}}}", value)
            place.mkdir(exist_ok=True)
            subprocess.run([SHELL, "-c", command], cwd=place, check=True)
    after = os.times()
    shutil.rmtree(place)
    used = after.children_user + after.children_system
    return (used - before.children_user - before.children_system) / min(count, len(trainings))


def environment(folder: Path) -> Mapping[str, str]:
    """Return the variables of a run that has nothing of the user's own."""
    return {
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(folder.parent / f"{folder.name} site cache"),
        "PYTHONPATH": str(PROJECT),
        "SHELL": SHELL,
    }


def copy_code(folder: Path, *others: str) -> None:
    """Copy the code of the pipeline, its locks, and other files or folders of the project."""
    for name in (*COPIED, *others):
        source, target = PROJECT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for path in PROJECT.glob("requirements*.lock"):
        shutil.copy(path, folder)


def write_project(folder: Path, variants: int, seeds: int) -> None:
    """Write a project with the stages of this one, and with commands that write a few bytes."""
    copy_code(folder)
    yaml = YAML()
    parameters = yaml.load(PROJECT / "params.yaml")
    names = [f"vsc-a{number:03}" for number in range(variants)]
    parameters["variants"] = {name: {"model": "vsc", "alpha": 0.5} for name in names}
    parameters["train"]["seeds"] = list(range(seeds))
    yaml.dump(parameters, folder / "params.yaml")
    pipeline = yaml.load(PROJECT / "dvc.yaml")
    for name, stage in pipeline["stages"].items():
        stage["cmd"] = command_of(name, stage, names)
    yaml.dump(pipeline, folder / "dvc.yaml")
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    subprocess.run(["dvc", "init", "-q"], cwd=folder, check=True)
    for setting in ("core.analytics=false", "core.autostage=true", "core.check_update=false"):
        subprocess.run(["dvc", "config", *setting.split("=")], cwd=folder, check=True)


def command_of(name: str, stage: Mapping[str, Any], variants: Sequence[str]) -> str:
    """Return a command of the shell that writes the outputs of a stage, with a few bytes each."""
    declared = [*stage.get("outs", []), *stage.get("metrics", [])]
    outputs = [next(iter(out)) if isinstance(out, dict) else out for out in declared]
    inside = {
        "data/source": ["audio/a.wav"],
        "data/speech": [f"test/{number:03}.flac" for number in range(TEST_UTTERANCES)],
        "data/variants": [f"{variant}.json" for variant in variants],
        "data/code": [f"{each}.json" for each in (*run_all.OF_A_TRAINING, "summarise")],
    }
    words = []
    for output in outputs:
        path = Path(output)
        files = [path] if path.suffix else [path / each for each in inside.get(output, ["a", "b"])]
        for parent in sorted({str(file.parent) for file in files}):
            words.append(f"mkdir -p {quote(parent)}")
        words += [f"echo {quote(str(file))} > {quote(str(file))}" for file in files]
    return " && ".join(words)


def quote(text: str) -> str:
    """Return a word for the shell; names of DVC such as ${item.m} stay as they are."""
    return text if "${" in text else shlex.quote(text)


if __name__ == "__main__":
    main()
