"""Made-up scores of several cells by their offsets, and what the report compares of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdmvae.report.comparison import Comparison, compare_cells
from tests.support import made_up_scores

SPEAKERS = ["ann", "ann", "bob", "bob", "cyd", "cyd", "dan", "dan"]
SPREAD = np.array([0.0, 0.1, 1.0, 1.1, 2.0, 2.1, 3.0, 3.1])


def drawn(seeds: int = 3, **offsets: float) -> dict[str, np.ndarray]:
    """Draw scores (seeds, utterances) of cells.

    Args:
        seeds: The number of seeds.
        offsets: How much the scores of each cell are above those of others, by its name. All else
            that cells differ by has a standard deviation of 0.01.
    """
    random = np.random.default_rng(0)
    noise = 0.01 * random.standard_normal((len(offsets), seeds, len(SPREAD)))
    return {
        cell: SPREAD + offset + own
        for (cell, offset), own in zip(offsets.items(), noise, strict=True)
    }


def compared(
    values: Mapping[str, np.ndarray],
    baselines: Mapping[str, str] | None = None,
    *,
    means: Mapping[str, float | None] | None = None,
    **settings: Any,
) -> Comparison:
    """Compare cells in one score, of which higher is better unless the settings say otherwise.

    Args:
        values: The scores (seeds, utterances) of each cell.
        baselines: The baselines of cells; by default there are none.
        means: The scores of cells; by default they are the means of `values`.
        settings: What else `compare_cells` takes.
    """
    scores = {
        cell: made_up_scores.seed_scores(cell, each, SPEAKERS) for cell, each in values.items()
    }
    means = means or {cell: float(each.mean()) for cell, each in values.items()}
    return compare_cells(scores, means, baselines or {}, **{"better": "higher", **settings})
