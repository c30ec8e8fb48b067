"""Run the pipeline with a preset, in a folder of its own. This is a command, not a DVC stage.

Usage: python -m stages.run_preset NAME [KEY=VALUE ...] [--corpus FOLDER] [--run NAME] [--jobs N]

    python -m stages.run_preset librispeech train.epochs=5 --corpus /speech/LibriSpeech

The run works in runs/NAME, with params.yaml, the preset and the settings. It becomes an experiment
of DVC. params.yaml, dvc.lock, metrics/ and the outputs of stages in data/ stay as they are.
"""

import argparse
import os
import re
from pathlib import Path

from sdmvae import params
from sdmvae.archives.fetch import ArchiveError
from sdmvae.presets import corpus_folder, experiment, merging, run_folder
from sdmvae.presets.merging import PARAMS, PresetError
from sdmvae.runtime.commands import CommandError, forget_git_variables, run
from sdmvae.runtime.dvc_outputs import cache_folder
from sdmvae.runtime.locks import hold_lock
from sdmvae.runtime.messages import exit_on
from sdmvae.runtime.plugins import PluginError
from stages import run_all
from stages._common import DATA, METRICS
from stages.apply_preset import check
from stages.fetch import fetch_and_say

RUNS = Path("runs")
# What the folder of a run and the reference of an experiment can be called.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
ERRORS = (
    params.ParameterError,
    run_all.JobsError,
    PresetError,
    PluginError,
    ArchiveError,
    run_folder.RunFolderError,
    CommandError,
)


def main() -> None:
    """Check everything, fetch the corpus if need be, run the pipeline, and save the run."""
    arguments = read_arguments()
    run_all.end_on_signals()
    with exit_on(*ERRORS):
        forget_git_variables()
        jobs = run_all.count_jobs(arguments.jobs)
        name = arguments.run or arguments.preset
        if arguments.run and not NAME.fullmatch(name):
            raise PresetError(f"RUN: {name!r}: give letters, digits, - and _ only")
        text = prepare(arguments.preset, arguments.settings, arguments.corpus, arguments.mirror)
        project, folder = Path.cwd(), RUNS / name
        print(f"run: {folder}", flush=True)
        with hold_lock(folder / run_all.LOCK) as lock:
            run_folder.bring(project, folder, {str(PARAMS): text})
            share_cache(project, folder)
            os.chdir(folder)
            run_all.run(jobs, lock)
            os.chdir(project)
            kept = experiment.save(project, folder, name)
            print((folder / METRICS / "table.md").read_text(encoding="utf-8"), end="")
    print(f"report: {folder / DATA / 'report/index.html'}")
    if kept:
        print(f"experiment: {kept} is the earlier one of this name, with other parameters")
    print(f"experiment: {name} (dvc exp show; dvc exp apply {name})")


def read_arguments() -> argparse.Namespace:
    """Return what the command line says; what make leaves empty counts as not given."""
    parser = argparse.ArgumentParser(
        prog="python -m stages.run_preset", description="Run a preset in a folder of its own."
    )
    parser.add_argument("preset", nargs="?", default="", help="the name of a file in presets/")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="further parameters")
    parser.add_argument("--corpus", default="", help="the folder of the corpus")
    parser.add_argument("--mirror", default="", help="another address of the archive to fetch")
    parser.add_argument("--run", default="", help="the name of the run; by default, the preset's")
    parser.add_argument("--jobs", default="", help="how many cells to run at once")
    return parser.parse_intermixed_args()


def prepare(preset: str, settings: list[str], corpus: str, mirror: str) -> str:
    """Return the text of the run's params.yaml, after the recordings are in their place."""
    params.read(PARAMS)
    values, changes = merging.combine(preset, settings, root=corpus)
    archive = corpus_folder.check(preset, check(preset, values)[1].corpus, corpus)
    print("\n".join([f"{preset}: what differs from {PARAMS}:", *changes]), flush=True)
    if archive:
        try:
            fetch_and_say(archive, [mirror] if mirror else [])
        except ArchiveError as error:
            remedy = (
                f"or use a folder that you have: make {preset} CORPUS=/path/to/{archive.root.name}"
            )
            raise ArchiveError(f"{error}; {remedy}") from error
    if (root := values["corpus"].get("root")) and not root.startswith("~"):
        # In the folder of the run, a relative path would lead elsewhere.
        values["corpus"]["root"] = str((Path.cwd() / root).resolve())
    return merging.dump(values)


def share_cache(project: Path, folder: Path) -> None:
    """Let the run use the cache of DVC of the project, with the stages that have run before."""
    cache = cache_folder(project).resolve()
    if cache_folder(folder) != cache:
        run("dvc", "cache", "dir", "--local", cache, folder=folder)


if __name__ == "__main__":
    main()
