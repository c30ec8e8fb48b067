"""Which model is best for which purpose, from the scores of a run and the cost of a step."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.results.formatting import join_words, label, name_most, precise, table
from tools.results.json_file import Cell, Run
from tools.results.kept_quality import SPARSITY

QUALITY, LIKELIHOOD = ("pesq", "estoi"), "likelihood"
COMPARED = (*QUALITY, SPARSITY, LIKELIHOOD)


class Purpose(NamedTuple):
    """What a model may be wanted for.

    Attributes:
        text: What it is wanted for.
        scores: The scores that decide; none if it is the time of a step.
        best: The cells that are not shown to be worse than the best.
    """

    text: str
    scores: tuple[str, ...]
    best: Sequence[Cell]


def purposes_table(run: Run, cost: Run | None = None) -> str:
    """Return a table with one row per purpose: the best cells, and what they cost.

    Args:
        run: What was collected of a run.
        cost: What benchmarks/model_steps.py measured; without it, nothing is said of training.
    """
    rows = []
    for purpose in find_purposes(run, cost):
        others = [name for name in COMPARED if name not in purpose.scores]
        costs = describe_gaps(purpose.best, run["cells"], others)
        if cost and purpose.scores:
            costs += describe_steps(purpose.best, cost)
        rows.append(
            [
                purpose.text,
                join_words([label(name) for name in purpose.scores] or ["time of a step"]),
                name_most(purpose.best, run["cells"]) if purpose.best else "cannot be told",
                "; ".join(costs) or "nothing that is shown",
            ]
        )
    best = "cells not shown to be worse than the best"
    header = ["purpose", "score", best, "what they cost elsewhere"]
    return table(header, rows, texts=len(header))


def find_purposes(run: Run, cost: Run | None) -> list[Purpose]:
    """Return the purposes with their best cells; `purposes_table` has the arguments.

    A run that was collected without the sparsest cells that keep the PESQ lacks this purpose.
    """
    cells = run["cells"]
    likeliest = [cell for cell in cells if LIKELIHOOD in cell["best"]]
    purposes = [
        Purpose("speech quality", QUALITY, find_best_quality(cells)),
        Purpose("likelihood, with a prior fitted after training", (LIKELIHOOD,), likeliest),
    ]
    if "sparsest_of_kept" in run:
        sparsest = [cell for cell in cells if cell["cell"] in run["sparsest_of_kept"]]
        purposes.insert(
            1, Purpose("sparsity without a loss of PESQ against the VAE", (SPARSITY,), sparsest)
        )
    if cost:
        purposes.append(Purpose("fast training", (), find_cheapest(cells, cost["variants"])))
    return purposes


def find_best_quality(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that are not shown to be worse than the best in PESQ and in ESTOI."""
    return [cell for cell in cells if {*QUALITY} <= {*cell["best"]}]


def find_cheapest(cells: Sequence[Cell], variants: Mapping[str, Mapping[str, float]]) -> list[Cell]:
    """Return the cells whose step is not slower in all rounds than the fastest in any.

    Args:
        cells: The cells of a run.
        variants: By variant, the time of a step beside the VAE's: median, least and greatest.
    """
    known = [cell for cell in cells if cell["variant"] in variants]
    if not known:
        return []
    fastest = min((variants[cell["variant"]] for cell in known), key=lambda each: each["median"])
    return [cell for cell in known if variants[cell["variant"]]["least"] <= fastest["greatest"]]


def describe_gaps(best: Sequence[Cell], cells: Sequence[Cell], scores: Sequence[str]) -> list[str]:
    """Return by how much the best cells are worse than the best of all cells in other scores.

    Args:
        best: The cells that are best for a purpose.
        cells: All cells.
        scores: The other scores, in which higher is better.
    """
    gaps = []
    for name in scores:
        means = [cell["scores"][name]["mean"] for cell in cells if name in cell["scores"]]
        worse = [cell for cell in best if name in cell["scores"] and name not in cell["best"]]
        if worse:
            below = [max(means) - cell["scores"][name]["mean"] for cell in worse]
            amount = _range(precise(min(below), name), precise(max(below), name))
            whose = f" ({name_most(worse, best)})" if len(worse) < len(best) else ""
            gaps.append(f"{label(name)} {amount} below the best{whose}")
    return gaps


def describe_steps(best: Sequence[Cell], cost: Run) -> list[str]:
    """Return how long a step of the best cells takes beside the VAE's, if it was measured."""
    variants = cost["variants"]
    times = [variants[cell["variant"]]["median"] for cell in best if cell["variant"] in variants]
    if not times:
        return []
    return [f"a step takes {_range(f'{min(times):.2f}', f'{max(times):.2f}')} times the VAE's"]


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
