"""Collect the results of a run into one file.

    python -m tools.results.collect FOLDER NAME

FOLDER is the root of a project with a finished run, such as runs/librispeech, and the file is
docs/results/NAME.json. A cell that has the scores of some seeds only is used if these are three or
more. Other cells are left out, and named.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sdmvae import corpora, params
from sdmvae.evaluation import results, tables
from sdmvae.evaluation.agreement import compute
from sdmvae.evaluation.agreement.findings import ClaimFinding, Verdict
from sdmvae.report import claim_sentences
from tools.results import hyperpriors, json_file, kept_quality, scored
from tools.results.cells import describe_control, describe_families, find_published


def main() -> None:
    """Write the file, and say what it has."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    collected, left_out = collect(folder)
    target = json_file.write(name, collected)
    for cell in left_out:
        print(f"{cell} is left out: it does not have the scores of enough seeds")
    print(f"{len(collected['cells'])} cells, seeds {collected['seeds']} -> {target}")


def collect(folder: Path) -> tuple[dict[str, Any], Sequence[str]]:
    """Return what is kept of a run, and the names of the cells that are left out.

    Args:
        folder: The root of the project.
    """
    run = scored.read(folder)
    settings, cells, utterances = run.settings, run.cells, run.utterances
    described = describe_families(settings, cells, utterances)
    error = settings.compare.error
    grid = hyperpriors.find_grid(cells)
    compared = [cell for cell in described if cell["cell"] not in grid]
    collected = {
        "corpus": settings.corpus.name,
        "synthesiser": corpora.load(settings.corpus.name).synthesiser,
        "parts": describe_parts(pd.read_csv(run.data / "manifest.csv")),
        "seeds": settings.train.seeds,
        "train": settings.train.model_dump(exclude={"seeds", "device"}),
        "decode": settings.resynthesize.decode,
        "importance_samples": settings.resynthesize.importance_samples,
        "compare": settings.compare.model_dump(),
        "cells": described,
        "sparsest_of_kept": kept_quality.find_sparsest(compared, utterances, error),
        "control": describe_control(settings, cells, utterances),
        "hyperpriors": hyperpriors.describe(cells, utterances, error),
        "anchors": results.read_anchors(run.data),
        **describe_agreement(settings, cells, utterances),
    }
    return collected, run.left_out


def describe_parts(manifest: pd.DataFrame) -> dict[str, dict[str, float | int]]:
    """Return the speakers, utterances and minutes of each part of the corpus."""
    sizes = tables.split_sizes(manifest)
    minutes = manifest.groupby("split")["seconds"].sum() / 60
    return {
        name: {**size._asdict(), "minutes": round(float(minutes[name]), 1)}
        for name, size in sizes.items()
    }


def describe_agreement(
    settings: params.Params,
    cells: Sequence[Mapping[str, Any]],
    utterances: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """Return whether the paper holds for the cells that it has figures of."""
    cells = [cell for cell in cells if find_published(cell)]
    margins = settings.compare.margins.model_dump()
    agreement = compute.agree(cells, utterances, margins, settings.compare.error)
    return {
        "agreement": compute.summarise(agreement),
        "evidence": claim_sentences.describe_evidence(agreement),
        "claims": [
            {
                "name": claim.name,
                "source": claim.source.value,
                "verdict": claim.verdict and claim.verdict.value,
                "statement": claim.statement,
                "sentence": claim_sentences.describe_claim(claim),
                "against": find_against(claim),
            }
            for claim in agreement.claims
        ],
    }


def find_against(claim: ClaimFinding) -> list[list[str]]:
    """Return what is compared where the opposite of a claim is shown: the first and the second."""
    pairs = (
        (each.first, each.second) for each in claim.comparisons if each.verdict == Verdict.FAILS
    )
    return [list(pair) for pair in dict.fromkeys(pairs)]


if __name__ == "__main__":
    main()
