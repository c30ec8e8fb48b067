"""Compare the validation losses of recipes that differ from ours in one setting each.

    python -m tools.results.recipe_search BASE_FOLDER OTHER_FOLDER...

Each folder is the root of a project in which `CELL` was trained, the base with several seeds and
the others with the first of them. No test speech is looked at. The file is
docs/results/recipe_search.json.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sdmvae.params import ParameterError, read
from sdmvae.runtime.messages import exit_on
from tools.results import changes, curves, json_file
from tools.results.recipes_section import describe_search

CELL = "vae-m32"


class SearchError(ValueError):
    """Two runs have losses that do not compare; the message is one line."""


def main() -> None:
    """Write the file, and say what it has."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("base", type=Path, help="the root of the run with our recipe")
    parser.add_argument("others", type=Path, nargs="+", help="the roots of the other runs")
    arguments = parser.parse_args()
    with exit_on(ParameterError, SearchError):
        found = search(arguments.base, arguments.others)
    target = json_file.write("recipe_search", found)
    print(f"{describe_search(found)}\n-> {target}")


def search(base: Path, others: Sequence[Path]) -> dict[str, Any]:
    """Return the best validation losses of runs that differ from a base run.

    Args:
        base: The root of the run with our recipe.
        others: The roots of the other runs.

    Raises:
        ParameterError: A params.yaml cannot be used.
        SearchError: A run has other frames, or another likelihood.
        OSError: A training curve is missing.
    """
    settings = read(base / "params.yaml")
    seeds = settings.train.seeds
    compared = []
    for folder in others:
        changed = changes.find_changes(settings, read(folder / "params.yaml"))
        if not changes.have_same_frames(changed):
            raise SearchError(f"{folder}: losses of other frames do not compare: {changed}")
        curve = curves.describe(curves.read(folder / "data", CELL, seeds[:1]))
        compared.append({"run": folder.resolve().name, "changes": changed, **curve})
    own = curves.describe(curves.read(base / "data", CELL, seeds))
    return {"cell": CELL, "seeds": seeds, "base": own, "others": compared}


if __name__ == "__main__":
    main()
