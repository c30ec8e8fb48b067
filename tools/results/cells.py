"""What is kept of the cells of a run: scores, differences, and what these show."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sdmvae import params
from sdmvae.evaluation.published import published
from sdmvae.evaluation.statistics import estimates, seed_scores, verdicts
from sdmvae.report import comparison, variants
from sdmvae.report.comparison import Comparison
from tools.results import hyperpriors
from tools.results.findings import describe, rounded


def describe_families(
    settings: params.Params,
    cells: Sequence[Mapping[str, Any]],
    utterances: Mapping[str, pd.DataFrame],
) -> list[dict[str, Any]]:
    """Return every cell as `describe_cells` does, with a grid of hyperpriors as its own family.

    Such a grid is there to draw one curve. Its cells would make the intervals of all others wider.
    """
    grid = hyperpriors.find_grid(cells)
    others = [cell for cell in cells if cell["cell"] not in grid]
    curve = describe_cells(settings, hyperpriors.order(cells), utterances)
    inner = {cell["cell"]: cell for cell in curve}
    in_order = [inner[cell["cell"]] for cell in cells if cell["cell"] in grid]
    return describe_cells(settings, others, utterances) + in_order


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
    return [
        {
            "cell": cell["cell"],
            "variant": find_variant(cell["cell"]),
            "model": cell["model"],
            "arguments": cell["arguments"],
            "m": cell["m"],
            "dims": cell["dims"],
            "seeds": cell["seeds"],
            "published": find_published(cell),
            "base": baselines.get(cell["cell"]),
            "scores": {
                name: _describe_mean(cell, name, each)
                for name, each in compared.items()
                if cell[name] is not None
            },
            "differences": {
                name: describe(each.differences[cell["cell"]])
                for name, each in compared.items()
                if cell["cell"] in each.differences
            },
            "keeps": {
                name: describe(each.qualities[cell["cell"]])
                for name, each in compared.items()
                if cell["cell"] in each.qualities
            },
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
        differences = {name: describe(finding) for name, finding in found.items()}
        described.append({"cell": cell["cell"], "base": base, "differences": differences})
    return described


def find_variant(cell: str) -> str:
    """Return the variant of a cell from its name, such as vsc-a05 of vsc-a05-m32."""
    return cell.rpartition("-")[0]


def find_published(cell: Mapping[str, Any]) -> dict[str, float] | None:
    """Return the published figures of a cell by score; None if there are none."""
    figures = published(cell["model"], cell["arguments"], cell["m"])
    return None if figures is None else figures._asdict()


def _describe_mean(cell: Mapping[str, Any], score: str, compared: Comparison) -> dict[str, Any]:
    half = compared.half_width(cell["cell"])
    return {"mean": cell[score], "sd": cell.get(f"{score}_sd"), "half": rounded(half)}
