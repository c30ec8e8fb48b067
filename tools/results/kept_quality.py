"""Which cells are the sparsest of those that keep the PESQ of the VAE."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics import seed_scores
from sdmvae.evaluation.statistics.best import find_best
from sdmvae.evaluation.statistics.findings import Quality, Standing
from tools.results.json_file import Cell

# A measure of sparsity that scale does not move.
SPARSITY = "hoyer_above_gaussian"


def keeps_pesq(cell: Cell) -> bool:
    """Return whether a cell is shown to lose less PESQ than the margin against the VAE."""
    kept = cell["keeps"].get("pesq")
    return bool(kept and kept["verdict"] == Quality.KEEPS)


def keeps_quality(cell: Cell) -> bool | None:
    """Return whether a cell is shown to keep every score that has a margin; None if unknown."""
    verdicts = {each["verdict"] for each in cell["keeps"].values()}
    return None if not verdicts or None in verdicts else verdicts == {Quality.KEEPS}


def find_sparsest(
    cells: Sequence[Cell], utterances: Mapping[str, pd.DataFrame], error: float
) -> list[str]:
    """Return the cells that are not less sparse than the sparsest of those that keep the PESQ.

    A VAE and the cells of its m that are shown to keep its PESQ are one group. Only a cell of the
    same group can be sparser.

    Args:
        cells: Cells as `cells.describe_cells` returns them.
        utterances: By cell, the scores of every test utterance for every ``seed``.
        error: The probability that the truly sparsest cell of a group is left out.
    """
    better = SCORES[SPARSITY].better
    sparsest = []
    for base in dict.fromkeys(cell["base"] for cell in cells if cell["base"]):
        rivals = [cell for cell in cells if cell["base"] == base and keeps_pesq(cell)]
        group = [base, *(cell["cell"] for cell in rivals)]
        if len(group) == 1:
            sparsest += group
            continue
        scores = [seed_scores.from_table(name, utterances[name], SPARSITY) for name in group]
        placings = find_best(scores, better, error) if better else {}
        standings = {name: each.verdict for name, each in placings.items()}
        sparsest += [name for name, each in standings.items() if each is Standing.NOT_WORSE]
    return sparsest
