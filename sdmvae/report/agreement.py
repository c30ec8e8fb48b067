"""Section of the page: whether the published table and the claims of the paper hold in a run."""

from typing import Any

from sdmvae.evaluation.agreement.correlation import Correlation
from sdmvae.evaluation.agreement.findings import (
    Agreement,
    ClaimFinding,
    Comparison,
    Source,
    Verdict,
)
from sdmvae.evaluation.scores import SCORES
from sdmvae.report.claim_sentences import (
    describe_claim,
    describe_evidence,
    find_digits,
    format_difference,
)
from sdmvae.report.formatting import format_number

_TITLES = {
    Source.PAPER: "Claims of the paper",
    Source.PROJECT: "Further claims of this project",
}
_KINDS = {Verdict.HOLDS: "up", Verdict.FAILS: "down", Verdict.OPEN: "level"}


def build_section(agreement: Agreement) -> dict[str, Any]:
    """Return what agreement.html shows: claims with their comparisons, and correlations.

    Args:
        agreement: What `compute.agree` returns for the run.
    """
    return {
        "evidence": describe_evidence(agreement),
        "has_verdicts": agreement.has_verdicts,
        "groups": [
            {
                "title": title,
                "claims": [_show_claim(each) for each in agreement.claims if each.source is source],
            }
            for source, title in _TITLES.items()
        ],
        "correlations": [_show_correlation(each) for each in agreement.correlations if each.cells],
    }


def _show_claim(claim: ClaimFinding) -> dict[str, Any]:
    return {
        "sentence": describe_claim(claim),
        "verdict": claim.verdict and claim.verdict.value,
        "kind": _KINDS[claim.verdict] if claim.verdict else "",
        "rows": [_show_comparison(each) for each in claim.comparisons],
    }


def _show_comparison(comparison: Comparison) -> dict[str, str]:
    digits = find_digits(comparison.score)
    first, second = (format_number(value, digits) for value in comparison.values)
    return {
        "score": SCORES[comparison.score].label,
        "first": comparison.first,
        "first_value": first,
        "second": comparison.second or "zero",
        "second_value": second if comparison.second else "",
        "difference": format_difference(comparison),
        "p": _format_p(comparison.p),
        "verdict": comparison.verdict.value if comparison.verdict else "–",
        "kind": _KINDS[comparison.verdict] if comparison.verdict else "",
    }


def _format_p(p: float | None) -> str:
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else format_number(p, 3)


def _show_correlation(correlation: Correlation) -> dict[str, Any]:
    score = SCORES[correlation.score]
    return {
        "score": score.label,
        "published": SCORES[correlation.published].label,
        "cells": correlation.cells,
        "spearman": _format_spearman(correlation),
        "mean": _format(correlation.mean_difference, score.digits, signed=True),
        "rms": _format(correlation.rms_difference, score.digits),
    }


def _format_spearman(correlation: Correlation) -> str:
    text = _format(correlation.spearman, 2)
    if correlation.interval is None:
        return text
    low, high = (format_number(end, 2) for end in correlation.interval)
    return f"{text} ({low} to {high})"


def _format(value: float | None, digits: int, *, signed: bool = False) -> str:
    return "–" if value is None else format_number(value, digits, signed=signed)
