"""What the page says of the hyperprior: a table, and what its numbers show."""

import itertools
from collections.abc import Mapping, Sequence

from tools.results.formatting import (
    is_told,
    join_words,
    label,
    plain,
    score,
    table,
    told_difference,
)
from tools.results.json_file import Cell, Run

SHOWN = ("pesq", "hoyer_above_gaussian", "dims_in_use", "likelihood")
COMPARED = ("pesq", "hoyer_above_gaussian")


def find_run(runs: Mapping[str, Run]) -> Run | None:
    """Return the run with the most cells by hyperprior; None if no run has any."""
    run = max(runs.values(), key=lambda each: len(_listed(each)), default=None)
    return run if run and _listed(run) else None


def leave_out_hyperpriors(run: Run) -> list[Cell]:
    """Return the cells of a run without those that only the table of hyperpriors shows."""
    inner = {each["cell"] for each in _listed(run)[1:-1]}
    return [cell for cell in run["cells"] if cell["cell"] not in inner]


def hyperprior_table(run: Run) -> str:
    """Return a table of the cells by hyperprior, with differences from the first of them."""
    by_name = {cell["cell"]: cell for cell in run["cells"]}
    first = _listed(run)[0]["cell"]
    rows = []
    for each in _listed(run):
        values = ("–" if each[key] is None else _number(each[key]) for key in ("shape", "rate"))
        cell = by_name[each["cell"]]
        rows.append(
            [
                f"`{each['cell']}`",
                *values,
                *(score(cell, name) for name in SHOWN),
                *(told_difference(each, name) for name in COMPARED),
            ]
        )
    against = [f"{label(name)} minus `{first}`" for name in COMPARED]
    return table(["cell", "a", "b", *map(label, SHOWN), *against], rows)


def describe_rates(run: Run) -> str:
    """Return a sentence on how much the scores change over the rates of one shape."""
    by_name = {cell["cell"]: cell for cell in run["cells"]}
    sentences = []
    for shape, group in itertools.groupby(_listed(run), key=lambda each: each["shape"]):
        rates = list(group)
        if shape is None or len(rates) < 2:
            continue
        ranges = []
        for name in SHOWN[:3]:
            known = (by_name[each["cell"]]["scores"].get(name) for each in rates)
            means = [found["mean"] for found in known if found]
            if means:
                low, high = plain(min(means), name), plain(max(means), name)
                ranges.append(f"{label(name)} between {low} and {high}")
        first, last = (_number(rates[end]["rate"]) for end in (0, -1))
        sentences.append(
            f"At shape {_number(shape)}, over {len(rates)} rates from {first} to {last}, "
            f"the means lie in these ranges: {join_words(ranges)}."
        )
    return " ".join(sentences)


def describe_told(run: Run) -> str:
    """Return a sentence on which cells are told apart from the prior without tuning."""
    first, *others = _listed(run)
    parts = []
    for name in COMPARED:
        told = [f"`{each['cell']}`" for each in others if is_told(each["differences"].get(name))]
        parts.append(
            f"{label(name)} tells {join_words(told) if told else 'no cell'} apart from it."
        )
    return f"`{first['cell']}` has nothing to tune. {' '.join(parts)}"


def _listed(run: Run) -> Sequence[Cell]:
    listed: Sequence[Cell] = run.get("hyperpriors", [])
    return listed


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
