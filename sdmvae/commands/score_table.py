"""The scores of one pair of recordings, and the table that commands print of scores."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tabulate

from sdmvae.evaluation import cell_scores
from sdmvae.evaluation.scores import SCORES

Values = Mapping[str, float | int | None]


class Scored(NamedTuple):
    """The scores of an estimate.

    Attributes:
        scores: Those beside the reference, by name.
        perfect: Those of the reference beside itself.
        remark: Why a score is undefined; empty if all are defined.
    """

    scores: dict[str, float]
    perfect: dict[str, float]
    remark: str


def score_files(reference: Path, estimate: Path) -> Scored:
    """Compute the scores of an estimate, and those that a perfect one would have.

    Args:
        reference: The file of the original.
        estimate: The file of the estimate.
    """
    # In processes of their own, because the library of PESQ ends one for many bursts of speech.
    pairs = [(reference, estimate), (reference, reference)]
    rows = cell_scores.score_utterances(pairs, "scores")
    remark = str(rows.pop("remark").iloc[0])
    scores, perfect = (
        {str(name): float(value) for name, value in row.items()} for _, row in rows.iterrows()
    )
    return Scored(scores, perfect, remark)


def table(scores: Values, references: Mapping[str, Values]) -> str:
    """Return a table with one row per score: its value, its unit, and reference values.

    Args:
        scores: The scores by name. A likelihood that the cell does not have is left out.
        references: Columns of reference values, by their title.
    """
    columns = {title: values for title, values in references.items() if values}
    rows = [
        [
            SCORES[name].label,
            _show(name, value),
            SCORES[name].unit or "–",
            *(_show(name, values.get(name)) for values in columns.values()),
        ]
        for name, value in scores.items()
        if name != "likelihood" or (value is not None and np.isfinite(value))
    ]
    headers = ["score", "value", "unit", *columns]
    align = ["left", "right", "left", *("right" for _ in columns)]
    return str(tabulate.tabulate(rows, headers, "plain", disable_numparse=True, colalign=align))


def _show(name: str, value: float | int | None) -> str:
    return SCORES[name].format(value)
