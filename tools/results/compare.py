"""Compare runs that differ in some parameters with a base run.

    python -m tools.results.compare [--add] BASE_FOLDER NAME OTHER_FOLDER...

Each folder is the root of a project with a finished run, and the file is docs/results/NAME.json.
With --add the other runs are added to those that the file has, for which the base run must have
the same scores in it. So a run can be added without those of before.
The page has a section for these names: ablation (each run differs from the base in one setting; a
run with fewer training speakers also has more epochs), growth (they have the VAE with two latent
dimensions), longer (the other run has more epochs) and recipes (the base has the recipe of the
authors, the other run has ours).
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sdmvae.evaluation.statistics.seed_scores import ScoresError
from sdmvae.params import ParameterError
from sdmvae.runtime.messages import exit_on
from tools.results import curves, json_file, run_pairs, scored


class OtherBaseError(ValueError):
    """A file has another base run; the message is one line."""


def main() -> None:
    """Write the file, and say what it has."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--add", action="store_true", help="keep the other runs of the file, if any"
    )
    parser.add_argument("base", type=Path, help="the root of the base run")
    parser.add_argument("name", help="the name of the file")
    parser.add_argument("others", type=Path, nargs="+", help="the roots of the other runs")
    arguments = parser.parse_args()
    with exit_on(ParameterError, ScoresError, OtherBaseError):
        compared = compare(arguments.base, arguments.others)
        if arguments.add and (earlier := json_file.read(arguments.name)):
            compared = add(earlier, compared)
        target = json_file.write(arguments.name, compared)
    for other in compared["others"]:
        cells, changed = len(other["differences"]), ", ".join(other["changes"]) or "no parameter"
        print(f"{other['run']}: {cells} cells shared with {compared['base']['run']}: {changed}")
    print(f"-> {target}")


def compare(base_folder: Path, other_folders: Sequence[Path]) -> dict[str, Any]:
    """Return the base run and, for each other run, what differs from it.

    Args:
        base_folder: The root of the base run.
        other_folders: The roots of the other runs.

    Raises:
        ParameterError: A params.yaml cannot be used.
        ScoresError: Two runs share no cell, or do not have the same test utterances.
        OSError: A training curve is missing.
    """
    base = scored.read(base_folder)
    base_curves = _read_curves(base)
    compared = []
    for folder in other_folders:
        other = scored.read(folder)
        other_curves = _read_curves(other)
        compared.append(
            {
                "run": folder.resolve().name,
                **run_pairs.describe_pair(base, other, base_curves, other_curves),
                **run_pairs.describe_run(other, other_curves, run_pairs.find_shared(base, other)),
            }
        )
    described = run_pairs.describe_run(base, base_curves, list(base_curves))
    return {"base": {"run": base_folder.resolve().name, **described}, "others": compared}


def add(earlier: Mapping[str, Any], compared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the comparisons of two files with the same base run, as one.

    Args:
        earlier: What `compare` returned before. Its base run stays.
        compared: What it returned now. A run of the same name as one of before replaces it.

    Raises:
        OtherBaseError: The base run of now has other cells, or other scores of them.
    """
    cells = earlier["base"]["cells"]
    for name, cell in compared["base"]["cells"].items():
        if cells.get(name) != cell:
            raise OtherBaseError(
                f"{compared['base']['run']}: {name} has other scores than in the base run of the "
                "file: give all runs again, without --add"
            )
    others = {other["run"]: other for other in (*earlier["others"], *compared["others"])}
    return {"base": earlier["base"], "others": list(others.values())}


def _read_curves(run: scored.ScoredRun) -> dict[str, dict[int, Any]]:
    return {cell: curves.read(run.data, cell, seeds) for cell, seeds in run.seeds.items()}


if __name__ == "__main__":
    main()
