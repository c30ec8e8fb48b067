"""Keep what is collected of a run: its parameters, the scores of every utterance, its curves.

    python -m tools.results.keep FOLDER NAME

FOLDER is the root of a project with a finished run, and docs/results/runs/NAME gets the files that
`collect` and `compare` read. So these can be run again without the run. Cells and seeds that an
earlier run with the same settings left there stay, so a long experiment can be kept part by part.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sdmvae.params import ParameterError, read
from sdmvae.presets import merging
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on
from tools.results import changes
from tools.results.json_file import RESULTS

RUNS = RESULTS / "runs"
PARAMETERS, MANIFEST = "params.yaml", "data/manifest.csv"
# Of every cell and seed, and of the anchors.
KEPT = (
    "data/anchors/summary.json",
    "data/scores/*/*/summary.json",
    "data/scores/*/*/utterances.csv",
    "data/curves/*/*.csv",
)


class KeepError(ValueError):
    """A run does not belong to the one that is kept; the message is one line."""


def main() -> None:
    """Copy the files, and say how many."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the root of the run")
    parser.add_argument("name", help="the name of the kept run")
    arguments = parser.parse_args()
    target = RUNS / arguments.name
    with exit_on(ParameterError, KeepError):
        count = keep(arguments.folder, target)
    print(f"{count} files -> {target}")


def keep(folder: Path, target: Path) -> int:
    """Copy the files of a run that are collected, and return their number.

    Args:
        folder: The root of the run.
        target: The folder that keeps it.

    Raises:
        ParameterError: A params.yaml cannot be used.
        KeepError: `target` keeps a run with other settings, or with other utterances.
        OSError: A file cannot be read or written.
    """
    read(folder / PARAMETERS)
    values = merging.read(folder / PARAMETERS)
    if (target / PARAMETERS).exists():
        check_same(folder, target)
        kept = merging.read(target / PARAMETERS)
        values["variants"] = {**kept["variants"], **values["variants"]}
        values["latent_dims"] = list(dict.fromkeys([*kept["latent_dims"], *values["latent_dims"]]))
    # Where the corpus lies is of no use to another machine.
    values["corpus"]["root"] = None
    files = list(_find(folder))
    for file in files:
        with _place(target / file.relative_to(folder)) as part:
            shutil.copyfile(file, part)
    with _place(target / PARAMETERS) as part:
        part.write_text(merging.dump(values), encoding="utf-8")
    return len(files) + 1


def check_same(folder: Path, target: Path) -> None:
    """Check that a run can be added to what is kept: it may only have more cells and seeds.

    Args:
        folder: The root of the run.
        target: The folder that keeps the other one.

    Raises:
        ParameterError: A params.yaml cannot be used.
        KeepError: The settings or the utterances differ.
    """
    found = changes.find_changes(read(target / PARAMETERS), read(folder / PARAMETERS))
    for key, (old, new) in found.items():
        raise KeepError(
            f"{folder / PARAMETERS}: {key} is {new!r}, and the run that is kept in {target} has "
            f"{old!r}: give another name"
        )
    if (folder / MANIFEST).read_bytes() != (target / MANIFEST).read_bytes():
        raise KeepError(
            f"{folder / MANIFEST}: the run that is kept in {target} has other utterances: give "
            "another name"
        )


@contextmanager
def _place(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as part:
        yield part


def _find(folder: Path) -> Iterator[Path]:
    yield folder / MANIFEST
    for pattern in KEPT:
        yield from sorted(folder.glob(pattern))


if __name__ == "__main__":
    main()
