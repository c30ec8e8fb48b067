"""Compare the validation losses of recipes that differ from ours in one setting each.

    python -m tools.results.recipe_search BASE_FOLDER OTHER_FOLDER...

Each folder is the root of a project in which `CELL` was trained, the base with several seeds and
the others with the first of them. No test speech is looked at. The file is
docs/results/recipe_search.json.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sdmvae.params import ParameterError, read
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on
from tools.results import changes, curves
from tools.results.collect import RESULTS
from tools.results.run_texts import describe_changes

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
    target = RESULTS / "recipe_search.json"
    with atomic_path(target) as path:
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
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


def describe_search(found: Mapping[str, Any]) -> str:
    """Return sentences on a search: the loss of our recipe, and the differences of the others.

    Args:
        found: What `search` returned.
    """
    own = found["base"]["loss"]
    differences = {
        describe_changes(other) + _describe_steps(other): other["loss"][0] - own[0]
        for other in sorted(found["others"], key=lambda each: float(each["loss"][0]))
    }
    listed = ", ".join(f"{name}: {_minus(f'{value:+.1f}')}" for name, value in differences.items())
    least = min(differences.values())
    spread = max(own) - min(own)
    if least >= 0:
        verdict = "None of these is better."
    elif -least <= spread:
        verdict = "None of these is better by more than seeds differ."
    else:
        verdict = "The first of these is better by more than seeds differ."
    return (
        f"`{found['cell']}` with seed {found['seeds'][0]} has a best validation loss of "
        f"{_minus(f'{own[0]:.1f}')} nats per frame with our recipe, and seeds differ by up to "
        f"{spread:.1f}. With one setting changed, the loss differs by this (less is better): "
        f"{listed}. {verdict}"
    )


def _describe_steps(other: Mapping[str, Any]) -> str:
    """Return how many steps an epoch has beside that of our recipe, if the batches differ."""
    old, new = other["changes"].get("train.batch_size", (1, 1))
    return "" if old == new else f" ({old / new:g} times the steps)"


def _minus(text: str) -> str:
    return text.replace("-", "−")


if __name__ == "__main__":
    main()
