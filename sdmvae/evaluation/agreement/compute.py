"""Everything about the agreement of a run with the paper, and the numbers of it to keep."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sdmvae.evaluation.agreement.claims import Margins, examine
from sdmvae.evaluation.agreement.correlation import COLUMNS, Correlation, correlate
from sdmvae.evaluation.agreement.findings import Agreement, ClaimFinding, Verdict
from sdmvae.evaluation.agreement.paper_claims import PAPER_CLAIMS
from sdmvae.evaluation.agreement.project_claims import PROJECT_CLAIMS
from sdmvae.evaluation.agreement.scored_cells import ScoredCells
from sdmvae.evaluation.statistics.estimates import Interval

Numbers = dict[str, Any]
DIGITS = 4


def agree(
    cells: Sequence[Mapping[str, Any]],
    utterances: Mapping[str, pd.DataFrame],
    margins: Margins,
    error: float = 0.05,
) -> Agreement:
    """Return whether the published table and the claims hold in a run.

    Args:
        cells: Cells with ``cell`` (the name), ``model``, ``arguments``, ``m`` and their scores.
        utterances: By cell, one row for each seed and utterance, with the columns ``seed``,
            ``speaker``, ``utterance`` and the scores.
        margins: The loss that does not matter, above zero, by score, such as ``{"pesq": 0.1}``.
        error: The probability of a wrong verdict on a claim, at most.

    Raises:
        ScoresError: The scores of two cells cannot be compared.
    """
    run = ScoredCells(cells, utterances)
    tables = [utterances[cell["cell"]] for cell in cells]
    return Agreement(
        seeds=min((int(table["seed"].nunique()) for table in tables), default=0),
        speakers=min((int(table["speaker"].nunique()) for table in tables), default=0),
        error=error,
        correlations=[correlate(cells, score, column, 1 - error) for score, column in COLUMNS],
        claims=[examine(claim, run, margins, error) for claim in (*PAPER_CLAIMS, *PROJECT_CLAIMS)],
    )


def summarise(agreement: Agreement) -> Numbers:
    """Return numbers that JSON can hold, rounded to four decimals; None for what is undefined.

    For every score of a claim there is the smallest of the differences that the claim says are
    above zero or minus the margin, with its interval.
    """
    numbers: Numbers = {
        "seeds": agreement.seeds,
        "speakers": agreement.speakers,
        "intervals_cover": agreement.scope and agreement.scope.value,
    }
    for correlation in agreement.correlations:
        numbers |= _summarise_correlation(correlation)
    return {**numbers, "claims": {each.name: _summarise_claim(each) for each in agreement.claims}}


def _summarise_correlation(correlation: Correlation) -> Numbers:
    numbers = {
        "cells": correlation.cells,
        "spearman": _rounded(correlation.spearman),
        **_ends("spearman_", correlation.interval),
        "mean_difference": _rounded(correlation.mean_difference),
        "rms_difference": _rounded(correlation.rms_difference),
    }
    return {f"{correlation.score}_{name}": value for name, value in numbers.items()}


def _summarise_claim(claim: ClaimFinding) -> Numbers:
    verdict = claim.verdict
    numbers: Numbers = {
        "verdict": verdict and verdict.value,
        "comparisons": len(claim.comparisons),
    }
    if verdict is not None:
        numbers["in_favour"] = claim.count(Verdict.HOLDS)
        numbers["against"] = claim.count(Verdict.FAILS)
    for score in claim.scores:
        smallest = claim.smallest(score)
        if smallest is None:
            continue
        numbers[f"{score}_smallest_difference"] = _rounded(smallest.difference)
        numbers |= _ends(f"{score}_", smallest.interval)
    return numbers


def _ends(name: str, interval: Interval | None) -> Numbers:
    low, high = interval or (None, None)
    return {f"{name}low": _rounded(low), f"{name}high": _rounded(high)}


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, DIGITS)
