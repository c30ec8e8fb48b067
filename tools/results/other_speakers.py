"""Compare runs with runs of the same networks on other test speakers.

    python -m tools.results.other_speakers FOLDER OTHER_FOLDER [FOLDER OTHER_FOLDER]...

Each folder is the root of a project with a finished run. Both runs of a pair have the scores of the
same cells, of some of the same seeds, and no test speaker in common. The file is
docs/results/other_speakers.json.
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sdmvae.evaluation.statistics import estimates, seed_scores, verdicts
from sdmvae.evaluation.statistics.estimates import Estimate
from sdmvae.evaluation.statistics.seed_scores import ScoresError, SeedScores
from sdmvae.params import ParameterError
from sdmvae.runtime.messages import exit_on
from tools.results import json_file, run_pairs, scored
from tools.results.cells import find_published
from tools.results.findings import describe, rounded

SCORES = ("pesq", "estoi", "hoyer", "hoyer_above_gaussian")


def main() -> None:
    """Write the file, and say what it has."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", help="pairs of runs: one, and the other")
    folders = parser.parse_args().folders
    if len(folders) % 2:
        parser.error(f"folders: {len(folders)} are given: give pairs of runs")
    with exit_on(ParameterError, ScoresError):
        compared = [compare(*pair) for pair in zip(folders[::2], folders[1::2], strict=True)]
    target = json_file.write("other_speakers", {"pairs": compared})
    print(f"{len(compared)} pairs of runs -> {target}")


def compare(folder: Path, other_folder: Path) -> dict[str, Any]:
    """Return the scores of both runs, and how much higher those of the other speakers are.

    Args:
        folder: The root of the run.
        other_folder: The root of the run with other test speakers.

    Raises:
        ParameterError: A params.yaml cannot be used.
        ScoresError: The runs share no cell, or a test speaker.
    """
    runs = [scored.read(each) for each in (folder, other_folder)]
    described: dict[str, Any] = {}
    for name in run_pairs.find_shared(*runs):
        seeds = sorted({*runs[0].seeds[name]} & {*runs[1].seeds[name]})
        tables = [each.utterances[name] for each in runs]
        tables = [table[table["seed"].isin(seeds)] for table in tables]
        sides = {
            score: [seed_scores.from_table(name, table, score) for table in tables]
            for score in SCORES
        }
        (cell,) = (each for each in runs[0].cells if each["cell"] == name)
        described[name] = {
            "published": find_published(cell),
            "seeds": seeds,
            "speakers": [table["speaker"].nunique() for table in tables],
            "utterances": [len(table) // len(seeds) for table in tables],
            "means": {
                score: [rounded(estimates.mean(side).value) for side in pair]
                for score, pair in sides.items()
            },
            "differences": {score: difference(*pair) for score, pair in sides.items()},
        }
    return {
        "run": folder.resolve().name,
        "other": other_folder.resolve().name,
        "cells": _judge(described, runs[0].settings.compare.error),
    }


def difference(first: SeedScores, second: SeedScores) -> Estimate:
    """Estimate the mean of the second speakers minus that of the first, which are other speakers.

    The variances of both means are added, with Satterthwaite's (1946) degrees of freedom. With one
    seed this is Welch's t interval over speakers. The networks are the same, so the effect of a
    seed counts twice, and the interval is rather too wide than too narrow.

    Args:
        first: The scores on some speakers.
        second: The scores of the same cell on other speakers.

    Raises:
        ScoresError: A speaker is in both.
    """
    names = [{*side.utterances.get_level_values(0)} for side in (first, second)]
    if both := sorted(names[0] & names[1]):
        raise ScoresError(
            f"{first.cell}: speaker {both[0]} is a test speaker of both runs: "
            "take runs with different test speakers"
        )
    own, other = estimates.mean(first), estimates.mean(second)
    variance = own.variance + other.variance
    lost = own.variance**2 / own.df + other.variance**2 / other.df
    return replace(
        other,
        value=other.value - own.value,
        variance=variance,
        df=variance**2 / lost if lost > 0 else min(own.df, other.df),
        speakers=min(own.speakers, other.speakers),
        utterances=min(own.utterances, other.utterances),
        left_out=own.left_out + other.left_out,
    )


def _judge(cells: Mapping[str, Any], error: float) -> dict[str, Any]:
    """Return the cells with findings in place of estimates. They are a family in each score."""
    found = {
        score: verdicts.tell_apart(
            {name: cell["differences"][score] for name, cell in cells.items()}, error
        )
        for score in SCORES
    }
    return {
        name: {**cell, "differences": {score: describe(found[score][name]) for score in SCORES}}
        for name, cell in cells.items()
    }


if __name__ == "__main__":
    main()
