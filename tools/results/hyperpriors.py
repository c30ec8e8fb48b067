"""Cells of SDM-VAE by their hyperprior, between the prior without tuning and a fixed prior.

`sdm_student` has a hyperprior with a shape a and a rate b. Plain SDM-VAE is its limit (-1, 0). With
a large shape and a constant b / (a + 1), its prior comes near a Gaussian that is the same for all
frames, which is the prior of the VAE.
"""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from sdmvae.report import variants
from tools.results import families
from tools.results.json_file import Cell

STUDENT, FLAT, FIXED = "sdm_student", "sdm", "vae"
SCORES = ("pesq", "estoi", "hoyer_above_gaussian", "dims_in_use", "likelihood")


class Hyperprior(NamedTuple):
    """The arguments of a hyperprior."""

    shape: float
    rate: float


def describe(
    cells: Sequence[Cell], utterances: Mapping[str, pd.DataFrame], error: float
) -> list[dict[str, Any]]:
    """Return the hyperprior of each cell, and its differences from the prior without tuning.

    The differences of all cells in one score are a family.

    Args:
        cells: The cells of a run.
        utterances: By cell, the scores of every test utterance for every ``seed``.
        error: The probability of one wrong verdict, or more, in a family.

    Returns:
        One entry for each cell of `order`, with ``cell``, ``shape``, ``rate`` (both None at the two
        ends) and ``differences`` by score (none for the first cell).
    """
    ordered = order(cells)
    sides = [families.Side(cell, utterances[cell["cell"]]) for cell in ordered]
    pairs = {side.cell["cell"]: (side, sides[0]) for side in sides[1:]}
    differences = families.tell_apart(pairs, SCORES, error)
    described = []
    for cell in ordered:
        hyperprior = read_hyperprior(cell) if cell["model"] == STUDENT else None
        described.append(
            {
                "cell": cell["cell"],
                "shape": hyperprior and hyperprior.shape,
                "rate": hyperprior and hyperprior.rate,
                "differences": differences.get(cell["cell"], {}),
            }
        )
    return described


def order(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells from the prior without tuning, by shape and rate, to the fixed prior.

    All have the same latent dimension. The first cell is plain SDM-VAE with the same dictionary,
    and the last one is the VAE. If several groups of cells are possible, it is the largest one.

    Returns:
        An empty list if one of the ends is missing, or if there are fewer than two cells between
        them: one cell is a rival as any other.
    """
    groups: dict[tuple[int, str], list[Cell]] = {}
    for cell in cells:
        if cell["model"] == STUDENT:
            groups.setdefault((cell["m"], _describe_others(cell)), []).append(cell)
    candidates = []
    for (m, others), group in groups.items():
        flat = _find(cells, FLAT, m, others)
        fixed = _find(cells, FIXED, m, _describe_others({"arguments": {}}))
        if len(group) > 1 and flat and fixed:
            candidates.append([flat, *sorted(group, key=read_hyperprior), fixed])
    return max(candidates, key=len, default=[])


def find_grid(cells: Sequence[Cell]) -> list[str]:
    """Return the names of the cells of `order` between its two ends."""
    return [cell["cell"] for cell in order(cells)[1:-1]]


def read_hyperprior(cell: Cell) -> Hyperprior:
    """Return the shape and the rate of a cell; the model's own where the cell does not set them."""
    parameters = inspect.signature(variants.find_model(STUDENT)).parameters
    values = (cell["arguments"].get(key, parameters[key].default) for key in Hyperprior._fields)
    return Hyperprior(*map(float, values))


def _describe_others(cell: Cell) -> str:
    """Return the arguments that are not of the hyperprior, as text that can be compared."""
    own = Hyperprior._fields
    return repr(sorted(item for item in cell["arguments"].items() if item[0] not in own))


def _find(cells: Sequence[Cell], model: str, m: int, others: str) -> Cell | None:
    return next(
        (
            cell
            for cell in cells
            if cell["model"] == model and cell["m"] == m and _describe_others(cell) == others
        ),
        None,
    )
