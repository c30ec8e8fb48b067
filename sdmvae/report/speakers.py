"""Part of the page: the differences of all cells from their baselines, speaker by speaker."""

from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics import seed_scores
from sdmvae.evaluation.statistics.seed_scores import SeedScores
from sdmvae.report import variants
from sdmvae.report.formatting import format_number


def tabulate_differences(results: Results, score: str, digits: int) -> dict[str, Any]:
    """Return a table of one score: its `label`, the `cells`, and a row for each test speaker.

    A row has the name of the speaker and the differences of all cells as text, with a dash for a
    cell without a score.

    Args:
        results: The outputs of the run.
        score: The name of the score.
        digits: How many decimals a difference has.
    """
    differences = {
        cell: difference_by_speaker(*(_read(results, name, score) for name in (cell, base)))
        for cell, base in variants.find_baselines(results.cells).items()
    }
    speakers = sorted({speaker for found in differences.values() for speaker in found})
    return {
        "label": SCORES[score].label,
        "cells": list(differences),
        "rows": [
            {
                "speaker": speaker,
                "differences": [
                    format_number(found.get(speaker, float("nan")), digits, signed=True)
                    for found in differences.values()
                ],
            }
            for speaker in speakers
        ],
    }


def difference_by_speaker(cell: SeedScores, base: SeedScores) -> dict[str, float]:
    """Return the mean difference of two cells for each speaker, over seeds and utterances.

    An utterance counts if every seed of both cells has scored it. A speaker without such an
    utterance is left out.
    """
    found = {}
    for speaker in cell.utterances.get_level_values(0).unique():
        pair = [_select(scores, speaker) for scores in (cell, base)]
        shared = seed_scores.share_utterances(pair)
        if shared.utterances:
            first, second = (float(means.mean()) for means in shared.means)
            found[str(speaker)] = first - second
    return found


def _select(scores: SeedScores, speaker: str) -> SeedScores:
    chosen = scores.utterances.get_level_values(0) == speaker
    return SeedScores(scores.cell, scores.values[:, chosen], scores.utterances[chosen])


def _read(results: Results, cell: str, score: str) -> SeedScores:
    return seed_scores.from_table(cell, results.utterances[cell], score)
