"""Collect the probes of a run into one file.

    python -m tools.results.collect_probes FOLDER NAME

FOLDER is the root of a project whose stages `probe`, `references` and `stability` are finished, and
the file is docs/results/probes-NAME.json.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sdmvae import corpora, params
from sdmvae.probes import comparison, targets
from sdmvae.probes.comparison import Key, Probed
from sdmvae.probes.inputs import KEPT
from sdmvae.report.probe_sentences import describe_winners
from sdmvae.report.variants import find_baselines
from tools.results import json_file
from tools.results.findings import rounded


def main() -> None:
    """Write the file, and say what it has."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    collected = collect(folder)
    target = json_file.write(f"probes-{name}", collected)
    print(f"{len(collected['targets'])} targets, seeds {collected['seeds']} -> {target}")


def collect(folder: Path) -> dict[str, Any]:
    """Return what is kept of the probes of a run.

    Args:
        folder: The root of the project.
    """
    settings, data = params.read(folder / "params.yaml"), folder / "data"
    tables = comparison.read_tables(settings, data)
    baselines = find_baselines(comparison.describe_cells(settings))
    probed = comparison.compare(tables, baselines, settings.compare.error)
    frames = targets.read(data / "targets" / "frames.csv")
    chances = targets.find_chances(frames)
    dims = {cell.name: cell.m for cell in settings.cells}
    return {
        "corpus": settings.corpus.name,
        "synthesiser": corpora.load(settings.corpus.name).synthesiser,
        "seeds": settings.train.seeds,
        "epochs": settings.train.epochs,
        "frames": len(frames),
        "speakers": int(frames["speaker"].nunique()),
        "targets": [
            {
                "name": target.name,
                "label": target.label,
                "score": target.score,
                "chance": rounded(chances[target.name]),
                "sentence": describe_winners(probed, target, dims),
                "rows": describe_rows(probed, target.name, dims),
            }
            for target in targets.TARGETS
            if target.name in chances
        ],
        "stability": describe_stability(pd.read_csv(data / "stability.csv")),
    }


def describe_rows(
    probed: Mapping[Key, Probed], target: str, dims: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return a row for each code and each reference, with a value for each number of entries.

    Args:
        probed: What `comparison.compare` returns.
        target: The name of the target.
        dims: The latent dimension of each cell, by its name.
    """
    rows = []
    for name, source in comparison.name_inputs(dims).items():
        found = {kept: probed.get(Key(name, source, kept, target)) for kept in (*KEPT, 0)}
        values = {str(kept or "all"): _describe(each) for kept, each in found.items() if each}
        if values:
            rows.append({"name": name, "values": values})
    return rows


def describe_stability(table: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    """Return the means over pairs of seeds of each cell; nothing if there is one seed."""
    groups = table.groupby(["cell", "of"], sort=False)[["matched", "control"]]
    means = groups.mean().round(3).assign(pairs=groups.size()).reset_index()
    return [{str(key): value for key, value in row.items()} for row in means.to_dict("records")]


def _describe(probed: Probed) -> dict[str, Any]:
    low, high = probed.estimate.interval(comparison.LEVEL) or (None, None)
    verdict = probed.finding and probed.finding.verdict
    return {
        "value": rounded(probed.estimate.value),
        "low": rounded(low),
        "high": rounded(high),
        "verdict": verdict and verdict.value,
    }


if __name__ == "__main__":
    main()
