"""What changes from one run to another, and what differs between the models within a run."""

from collections.abc import Iterable, Mapping
from typing import Any

from sdmvae.evaluation.statistics import seed_scores
from sdmvae.evaluation.statistics.seed_scores import ScoresError
from sdmvae.report import variants
from tools.results import changes, curves, families
from tools.results.cells import find_published
from tools.results.scored import Cell, ScoredRun

SCORES = ("pesq", "estoi", "stoi", "hoyer", "hoyer_above_gaussian", "likelihood")

CurvesOfCells = Mapping[str, curves.Curves]


def describe_run(run: ScoredRun, trained: CurvesOfCells, shown: Iterable[str]) -> dict[str, Any]:
    """Return the training and the scores of cells of a run, and what differs between its models.

    Args:
        run: The run.
        trained: The training curves of each cell.
        shown: The names of the cells to describe.
    """
    by_name = {cell["cell"]: cell for cell in run.cells}
    return {
        "seeds": run.settings.train.seeds,
        "cells": {
            name: {
                "model": by_name[name]["model"],
                "arguments": by_name[name]["arguments"],
                "m": by_name[name]["m"],
                "published": find_published(by_name[name]),
                "scores": {
                    score: {
                        "mean": by_name[name][score],
                        "sd": by_name[name].get(f"{score}_sd"),
                    }
                    for score in SCORES
                    if by_name[name].get(score) is not None
                },
                "training": curves.describe(trained[name]),
            }
            for name in shown
        },
        "within": describe_within(run),
    }


def describe_pair(
    base: ScoredRun, other: ScoredRun, base_curves: CurvesOfCells, other_curves: CurvesOfCells
) -> dict[str, Any]:
    """Return the parameters that differ, and the differences of all cells that both runs have.

    Differences are the other run minus the base run. The cells are a family in each score. If the
    frames differ, log-likelihoods and losses are not compared.

    Args:
        base: The run that others are compared with.
        other: The other run.
        base_curves: The training curves of its cells.
        other_curves: Those of the other run.

    Raises:
        ScoresError: The runs share no cell, or do not have the same test utterances.
    """
    shared = find_shared(base, other)
    changed = changes.find_changes(base.settings, other.settings)
    same_frames = changes.have_same_frames(changed)
    scores = [score for score in SCORES if score != "likelihood" or same_frames]
    pairs = {name: (_side(other, name), _side(base, name)) for name in shared}
    check_utterances(pairs)
    passes = {name: curves.find_passes(base_curves[name], other_curves[name]) for name in shared}
    return {
        "changes": changed,
        "differences": families.tell_apart(pairs, scores, base.settings.compare.error),
        "passes": passes if same_frames else None,
    }


def find_shared(base: ScoredRun, other: ScoredRun) -> list[str]:
    """Return the names of the cells that both runs have, in the order of the base run.

    Raises:
        ScoresError: There are none.
    """
    names = {cell["cell"] for cell in other.cells}
    shared = [cell["cell"] for cell in base.cells if cell["cell"] in names]
    if not shared:
        raise ScoresError("the runs have no scored cell in common: train the same cells in both")
    return shared


def check_utterances(pairs: Mapping[str, tuple[families.Side, families.Side]]) -> None:
    """Check that both runs have the same test utterances.

    Raises:
        ScoresError: They differ.
    """
    for name, sides in pairs.items():
        own, base = (
            seed_scores.from_table(name, side.utterances, "pesq").utterances for side in sides
        )
        differing = own.symmetric_difference(base)
        if len(differing):
            speaker, utterance = differing[0]
            raise ScoresError(
                f"{name}: {len(differing)} test utterances are in one of the runs only, such as "
                f"{utterance} of speaker {speaker}: compare runs with the same corpus and split"
            )


def describe_within(run: ScoredRun) -> list[dict[str, Any]]:
    """Return differences within a run: SDM-VAE with the identity minus VAE, and VAE of m 64 and 32.

    The first ones are of the same latent dimension, and are a family in each score.
    """
    baselines = variants.find_baselines(run.cells)
    against_vae = [
        (cell["cell"], baselines[cell["cell"]])
        for cell in run.cells
        if cell["model"] == "sdm"
        and cell["arguments"] == {"dictionary": "identity"}
        and cell["cell"] in baselines
    ]
    vae = {cell["m"]: cell["cell"] for cell in reversed(run.cells) if _is_vae(cell)}
    sizes = [(vae[64], vae[32])] if {32, 64} <= vae.keys() else []
    described = []
    for model, pairs in (("sdm", against_vae), ("vae", sizes)):
        sides = {first: (_side(run, first), _side(run, second)) for first, second in pairs}
        found = families.tell_apart(sides, SCORES, run.settings.compare.error)
        described += [
            {"cell": first, "base": second, "model": model, "differences": found[first]}
            for first, second in pairs
        ]
    return described


def _is_vae(cell: Cell) -> bool:
    return bool(cell["model"] == "vae" and not cell["arguments"])


def _side(run: ScoredRun, name: str) -> families.Side:
    (cell,) = (cell for cell in run.cells if cell["cell"] == name)
    return families.Side(cell, run.utterances[name])
