"""The set of cells that are not worse than the best one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from sdmvae.evaluation.statistics.estimates import FEWEST_SEEDS, describe
from sdmvae.evaluation.statistics.findings import Finding, Standing
from sdmvae.evaluation.statistics.seed_scores import SeedScores, share_utterances
from sdmvae.evaluation.statistics.student import difference_of


class Rivals(NamedTuple):
    """How K cells stand against the rival that speaks most against each, all of shape (..., K).

    Attributes:
        rival: The position of the rival of each cell.
        p: The p-value of the hypothesis that the cell is the best.
    """

    rival: np.ndarray
    p: np.ndarray


def against_rivals(means: Sequence[np.ndarray]) -> Rivals:
    """Test for each of K >= 2 cells the hypothesis that no other cell has a higher mean.

    Each cell in turn is the reference of all others (Edwards and Hsu 1983). One-sided t tests ask
    which of the K - 1 others have a higher mean, and the smallest of their p-values is corrected by
    Bonferroni's K - 1. Only the test of the cell that is truly the best can be wrong, so no other
    correction is needed.

    Args:
        means: The means of speakers by seed of each cell, of shapes (..., R, G).
    """
    rivals, smallest = [], []
    for position, cell in enumerate(means):
        leads = [difference_of(other, cell) for other in means]
        p = np.stack([lead.p_value(alternative="greater") for lead in leads], axis=-1)
        # With one speaker there is no test, and the best mean speaks most against a cell.
        order = np.where(np.isnan(p), -np.stack([lead.value for lead in leads], axis=-1), p)
        # A cell is no rival of its own.
        order[..., position] = np.inf
        rival = order.argmin(axis=-1)
        rivals.append(rival)
        smallest.append(np.take_along_axis(p, rival[..., np.newaxis], axis=-1)[..., 0])
    corrected = np.minimum(1, (len(means) - 1) * np.stack(smallest, axis=-1))
    return Rivals(np.stack(rivals, axis=-1), corrected)


@dataclass(frozen=True)
class Placing(Finding[Standing]):
    """Where a cell stands against the best cells.

    Attributes:
        rival: The name of the cell that speaks most against this one.
        estimate: By how much the rival is better.
        interval: The one-sided interval of the estimate, above zero if the cell is worse than the
            best. Without a verdict it is two-sided, or None if there is none.
    """

    rival: str


def find_best(
    cells: Sequence[SeedScores], better: Literal["higher", "lower"], error: float = 0.05
) -> dict[str, Placing]:
    """Return for each cell whether it is worse than the best cell.

    This is the multiple comparison with the best; see `against_rivals`. The cells that are not
    worse are a set that holds the truly best cell with probability `1 - error` at least. The cell
    with the best mean is always in the set.

    Args:
        cells: The cells, with different names. Only utterances that have all scores count, so a
            cell without any score must not be among them.
        better: Whether higher or lower scores are better.
        error: The probability that the truly best cell is called worse.

    Returns:
        The findings by the name of the cell. No finding has a verdict if there are fewer than two
        speakers, or if a cell has fewer than three seeds. Fewer than two cells have no findings.

    Raises:
        ScoresError: The cells do not have the same utterances.
    """
    if len(cells) < 2:
        return {}
    shared = share_utterances(cells)
    means = [-each if better == "lower" else each for each in shared.means]
    rivals, p = against_rivals(means)
    rate = error / (len(cells) - 1)
    allowed = min(cell.seeds for cell in cells) >= FEWEST_SEEDS
    placings = {}
    for position, cell in enumerate(cells):
        rival = int(rivals[position])
        lead = describe(
            difference_of(means[rival], means[position]), shared, [cells[rival].seeds, cell.seeds]
        )
        placing = Placing(lead, lead.interval(1 - error), 1 - error, None, None, cells[rival].cell)
        if allowed and lead.allows_verdict:
            placing = replace(
                placing,
                interval=lead.lower_bound(1 - rate),
                level=1 - rate,
                p=float(p[position]),
                verdict=Standing.WORSE if p[position] <= error else Standing.NOT_WORSE,
            )
        placings[cell.cell] = placing
    return placings
