"""The published figures of a cell, by the score that they are compared with."""

from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.published import published
from sdmvae.evaluation.scores import Score


def find_published(cell: Mapping[str, Any], score: Score) -> float | None:
    """Return the published figure of a score of a cell, or None if there is no such figure."""
    figures = published(cell["model"], cell["arguments"], cell["m"])
    if figures is None or score.published is None:
        return None
    return float(getattr(figures, score.published))
