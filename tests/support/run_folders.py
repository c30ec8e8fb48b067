"""Folders of made-up runs that are finished, as far as tools/results reads them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from sdmvae.evaluation.scores import SCORES
from tests.support.made_up_runs import QUIET, MadeUpCell, make_run
from tests.support.small_project import PARAMETERS

# Speakers and utterances have no effects, so that runs need not share them to be told apart.
EFFECTS = replace(QUIET, speaker=0.0, utterance=0.0)
LOSSES = (30.0, 20.0, 10.0)
IN_TABLE = [score.name for score in SCORES.values() if score.in_table and score.per != "cell"]


def write_run(
    folder: Path,
    cells: Sequence[MadeUpCell],
    *,
    parameters: Mapping[str, Any] | None = None,
    losses: Mapping[str, Sequence[float]] | None = None,
    speakers: int = 9,
    seeds: int = 3,
    start: int = 0,
) -> Path:
    """Write params.yaml, the scores, the training curves and the manifest of a run.

    Args:
        folder: The root of the run.
        cells: The cells, with names such as ``vae-m32``: all variants with all latent dimensions.
        parameters: Parameters that differ from those of the small project, by flat keys.
        losses: The validation losses of cells by epoch, where they are not `LOSSES`.
        speakers: The number of test speakers.
        seeds: The number of seeds.
        start: The start of the random numbers.

    Returns:
        The folder.
    """
    yaml = YAML(typ="safe", pure=True)
    values = yaml.load(PARAMETERS)
    values["train"]["seeds"] = list(range(seeds))
    values["latent_dims"] = list(dict.fromkeys(f"m{cell.m}" for cell in cells))
    values["variants"] = {
        cell.name.rpartition("-")[0]: {"model": cell.model, **cell.arguments} for cell in cells
    }
    for key, value in (parameters or {}).items():
        *sections, name = key.split(".")
        place = values
        for section in sections:
            place = place[section]
        place[name] = value
    folder.mkdir(parents=True)
    with (folder / "params.yaml").open("w") as file:
        YAML(pure=True).dump(values, file)
    described, tables = make_run(
        cells, seeds=seeds, speakers=speakers, effects=EFFECTS, start=start
    )
    for cell in described:
        name, scores = cell["cell"], tables[cell["cell"]]
        scores = scores.assign(**{each: 0.5 for each in IN_TABLE if each not in scores})
        curve = (losses or {}).get(name, LOSSES)
        for seed, rows in scores.groupby("seed"):
            _write_scores(folder / "data/scores" / name / str(seed), rows, cell["m"])
            _write_curve(folder / "data/curves" / name / f"{seed}.csv", curve)
    return folder


def _write_scores(folder: Path, rows: pd.DataFrame, m: int) -> None:
    folder.mkdir(parents=True)
    rows.drop(columns="seed").to_csv(folder / "utterances.csv", index=False)
    summary = {name: float(rows[name].mean()) for name in IN_TABLE}
    (folder / "summary.json").write_text(json.dumps({**summary, "dims": m}))


def _write_curve(path: Path, losses: Sequence[float]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    curve = pd.DataFrame({"epoch": range(1, len(losses) + 1), "train_loss": losses})
    curve = curve.assign(validation_loss=losses, reconstruction=losses, kl=0.0, penalty=0.0)
    curve.to_csv(path, index=False)
