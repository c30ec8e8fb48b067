"""Collect the results of a run into one file.

    python -m tools.results.collect FOLDER NAME

FOLDER is the root of a project with a finished run, such as runs/librispeech, and the file is
docs/results/NAME.json. Cells that do not have the scores of all seeds are left out, and named.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sdmvae import corpora, params
from sdmvae.evaluation import results, tables
from sdmvae.evaluation.agreement import compute
from sdmvae.evaluation.published import published
from sdmvae.evaluation.statistics import estimates, seed_scores, verdicts
from sdmvae.evaluation.statistics.findings import Finding
from sdmvae.report import claim_sentences, comparison, variants
from sdmvae.report.comparison import Comparison
from sdmvae.runtime.atomic import atomic_path

RESULTS = Path("docs/results")


def main() -> None:
    """Write the file, and say what it has."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    collected, left_out = collect(folder)
    target = RESULTS / f"{name}.json"
    with atomic_path(target) as path:
        path.write_text(json.dumps(collected, indent=1, ensure_ascii=False) + "\n")
    for cell in left_out:
        print(f"{cell} is left out: it does not have the scores of all seeds")
    print(f"{len(collected['cells'])} cells, seeds {collected['seeds']} -> {target}")


def collect(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what is kept of a run, and the names of the cells that are left out.

    Args:
        folder: The root of the project.
    """
    settings, data = params.read(folder / "params.yaml"), folder / "data"
    scored = {
        cell.name: all(
            (data / "scores" / cell.name / str(seed) / "summary.json").exists()
            for seed in settings.train.seeds
        )
        for cell in settings.cells
    }
    cells = [
        results.read_cell(settings, cell, data) for cell in settings.cells if scored[cell.name]
    ]
    utterances = {cell["cell"]: read_scores(settings, cell["cell"], data) for cell in cells}
    manifest = pd.read_csv(data / "manifest.csv")
    collected = {
        "corpus": settings.corpus.name,
        "synthesiser": corpora.load(settings.corpus.name).synthesiser,
        "parts": describe_parts(manifest),
        "seeds": settings.train.seeds,
        "train": settings.train.model_dump(exclude={"seeds", "device"}),
        "decode": settings.resynthesize.decode,
        "importance_samples": settings.resynthesize.importance_samples,
        "compare": settings.compare.model_dump(),
        "cells": describe_cells(settings, cells, utterances),
        "control": describe_control(settings, cells, utterances),
        "anchors": results.read_anchors(data),
        **describe_agreement(settings, cells, utterances),
    }
    return collected, [name for name, is_scored in scored.items() if not is_scored]


def read_scores(settings: params.Params, cell: str, data: Path) -> pd.DataFrame:
    """Return the scores of every utterance of a cell for every seed."""
    tables_of_seeds = [
        pd.read_csv(data / "scores" / cell / str(seed) / "utterances.csv").assign(seed=seed)
        for seed in settings.train.seeds
    ]
    return pd.concat(tables_of_seeds, ignore_index=True)


def describe_parts(manifest: pd.DataFrame) -> dict[str, dict[str, float | int]]:
    """Return the speakers, utterances and minutes of each part of the corpus."""
    sizes = tables.split_sizes(manifest)
    minutes = manifest.groupby("split")["seconds"].sum() / 60
    return {
        name: {**size._asdict(), "minutes": round(float(minutes[name]), 1)}
        for name, size in sizes.items()
    }


def describe_cells(
    settings: params.Params,
    cells: Sequence[Mapping[str, Any]],
    utterances: Mapping[str, pd.DataFrame],
) -> list[dict[str, Any]]:
    """Return every cell with its scores, and with its differences from the VAE of the same m."""
    margins = settings.compare.margins.model_dump()
    baselines = variants.find_baselines(cells)
    scores = {
        score.name: {
            cell: seed_scores.from_table(cell, table, score.name)
            for cell, table in utterances.items()
        }
        for score in comparison.COMPARED
    }
    compared = {
        score.name: comparison.compare_cells(
            scores[score.name],
            {cell["cell"]: cell[score.name] for cell in cells},
            baselines,
            better=score.better,
            margin=margins.get(score.name),
            error=settings.compare.error,
        )
        for score in comparison.COMPARED
    }
    family = {
        cell: estimates.difference(scores["pesq"][cell], scores["pesq"][base])
        for cell, base in baselines.items()
    }
    equal = verdicts.find_equal(family, margins["pesq"], settings.compare.error)
    return [
        {
            "cell": cell["cell"],
            "variant": cell["cell"].rpartition("-")[0],
            "model": cell["model"],
            "arguments": cell["arguments"],
            "m": cell["m"],
            "dims": cell["dims"],
            "published": _published(cell),
            "base": baselines.get(cell["cell"]),
            "scores": {
                name: _describe_mean(cell, name, each)
                for name, each in compared.items()
                if cell[name] is not None
            },
            "differences": {
                name: _describe(each.differences[cell["cell"]])
                for name, each in compared.items()
                if cell["cell"] in each.differences
            },
            "keeps": {
                name: _describe(each.qualities[cell["cell"]])
                for name, each in compared.items()
                if cell["cell"] in each.qualities
            },
            "equal_pesq": _describe(equal[cell["cell"]]) if cell["cell"] in equal else None,
            "best": [name for name, each in compared.items() if cell["cell"] in each.best],
        }
        for cell in cells
    ]


def describe_control(
    settings: params.Params,
    cells: Sequence[Mapping[str, Any]],
    utterances: Mapping[str, pd.DataFrame],
) -> list[dict[str, Any]]:
    """Return what variances for each frame change: SDM-VAE minus the same with shared variances.

    The scores of one pair of cells are a family.
    """
    shared = {
        (cell["m"], json.dumps(cell["arguments"])): cell["cell"]
        for cell in cells
        if cell["model"] == "sdm_shared"
    }
    described = []
    for cell in cells:
        base = shared.get((cell["m"], json.dumps(cell["arguments"])))
        if cell["model"] != "sdm" or base is None:
            continue
        family = {
            score.name: estimates.difference(
                *(
                    seed_scores.from_table(name, utterances[name], score.name)
                    for name in (cell["cell"], base)
                )
            )
            for score in comparison.COMPARED
        }
        found = verdicts.tell_apart(family, settings.compare.error)
        differences = {name: _describe(finding) for name, finding in found.items()}
        described.append({"cell": cell["cell"], "base": base, "differences": differences})
    return described


def describe_agreement(
    settings: params.Params,
    cells: Sequence[Mapping[str, Any]],
    utterances: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """Return whether the paper holds in the run, in numbers and in sentences."""
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
                "sentence": claim_sentences.describe_claim(claim),
            }
            for claim in agreement.claims
        ],
    }


def _published(cell: Mapping[str, Any]) -> dict[str, float] | None:
    figures = published(cell["model"], cell["arguments"], cell["m"])
    return None if figures is None else figures._asdict()


def _describe_mean(cell: Mapping[str, Any], score: str, compared: Comparison) -> dict[str, Any]:
    half = compared.half_width(cell["cell"])
    return {"mean": cell[score], "sd": cell.get(f"{score}_sd"), "half": _rounded(half)}


def _describe(finding: Finding[Any]) -> dict[str, Any]:
    low, high = finding.interval or (None, None)
    return {
        "value": _rounded(finding.estimate.value),
        "low": _rounded(low),
        "high": _rounded(high),
        "level": round(100 * finding.level, 2),
        "p": _rounded(finding.p),
        "verdict": finding.verdict and finding.verdict.value,
    }


def _rounded(value: float | None) -> float | None:
    """Return a number that JSON can hold; None for infinity and for what is not a number."""
    is_finite = value is not None and abs(value) < float("inf")
    return round(float(value), 5) if value is not None and is_finite else None


if __name__ == "__main__":
    main()
