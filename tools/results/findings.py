"""Findings and numbers as JSON can hold them."""

from typing import Any

from sdmvae.evaluation.statistics.findings import Finding


def describe(finding: Finding[Any]) -> dict[str, Any]:
    """Return a difference with its interval in percent, its p-value and its verdict in words."""
    low, high = finding.interval or (None, None)
    return {
        "value": rounded(finding.estimate.value),
        "low": rounded(low),
        "high": rounded(high),
        "level": round(100 * finding.level, 2),
        "p": rounded(finding.p),
        "verdict": finding.verdict and finding.verdict.value,
    }


def rounded(value: float | None) -> float | None:
    """Return a number that JSON can hold; None for infinity and for what is not a number."""
    is_finite = value is not None and abs(value) < float("inf")
    return round(float(value), 5) if value is not None and is_finite else None
