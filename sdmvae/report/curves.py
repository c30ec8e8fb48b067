"""Section of the page: training curves of all cells, epoch by epoch."""

import math
from typing import Any, NamedTuple

import pandas as pd

from sdmvae.evaluation.results import Results
from sdmvae.figures import palette
from sdmvae.figures.training_curves import compute_validation_bound, find_best_epoch
from sdmvae.report.formatting import format_number
from sdmvae.report.vega import Spec, assign_dashes, build_frame, encode_colour, encode_dash

IS_CHOSEN = "!length(chosen) || indexof(chosen, datum.cell) >= 0"
HEIGHT = 320  # pixels
ROWS = 25  # about how many epochs a table of a curve has


class Quantity(NamedTuple):
    """What a panel shows by epoch.

    Attributes:
        name: The column in the table of `_read_curve`, and the first part of a panel's name.
        title: What it is called.
        axis: The title of the axis, with the unit.
        digits: How many decimals its values have.
    """

    name: str
    title: str
    axis: str
    digits: int


BOUND = Quantity("bound", "validation bound (ELBO)", "validation bound, nats per frame", 1)
SPARSITY = Quantity(
    "sparsity", "sparsity of validation codes (Hoyer above Gaussian)", "Hoyer above Gaussian", 3
)
LOSS = Quantity("loss", "training loss (with the penalty)", "training loss, nats per frame", 1)


def build_section(results: Results) -> dict[str, Any]:
    """Return what curves.html shows: the epochs, the cells to choose from, and the panels."""
    colours = palette.assign_colours(cell["model"] for cell in results.cells)
    dashes = assign_dashes(results)
    rows = []
    for cell in results.cells:
        curve = results.curves[cell["cell"]]
        best = find_best_epoch(curve)
        row = {
            "cell": cell["cell"],
            "colour": colours[cell["model"]],
            "dash": dashes[cell["cell"]],
            "epochs": len(curve),
        }
        rows.append({**row, **best._asdict()})
    return {
        "seeds": results.settings.train.seeds,
        "first": choose_first_epoch(results),
        "last": _find_last_epoch(results),
        "rows": rows,
        "gap": describe_gap(results),
        "panels": [
            {
                "name": _name_panel(quantity, m),
                "label": f"{quantity.title} by epoch of the cells with m = {m}",
            }
            for quantity, m in _list_panels(results)
        ],
        "tables": [_tabulate(results, quantity, m) for quantity, m in _list_panels(results)],
    }


def build_charts(results: Results) -> dict[str, Spec]:
    """Return a chart by name for each quantity and latent dimension.

    All charts of the same quantity have the same vertical scale.
    """
    return {
        _name_panel(quantity, m): _build_panel(results, quantity, m)
        for quantity, m in _list_panels(results)
    }


def describe_gap(results: Results) -> str:
    """Return how far the training loss is below the validation loss at the best epochs.

    Both losses contain the penalty. The training loss is a mean over an epoch in which the weights
    change; the validation loss is computed with the weights at its end.
    """
    gaps = {}
    for cell in results.cells:
        curve = results.curves[cell["cell"]]
        kept = curve[curve["epoch"] == find_best_epoch(curve).epoch].iloc[0]
        gaps[cell["cell"]] = float(kept["validation_loss"] - kept["train_loss"])
    text = "At the best epoch, the validation loss minus the training loss is "
    least, most = min(gaps, key=gaps.__getitem__), max(gaps, key=gaps.__getitem__)
    if len(gaps) == 1:
        return f"{text}{format_number(gaps[least], 1)} nats per frame."
    middle = format_number(float(pd.Series(gaps).median()), 1)
    return (
        f"{text}{middle} nats per frame in the median of the cells, and between "
        f"{format_number(gaps[least], 1)} ({least}) and {format_number(gaps[most], 1)} ({most})."
    )


def choose_epochs(last: int) -> list[int]:
    """Return the first epoch, the last one, and about `ROWS` in equal steps between them."""
    step = math.ceil(last / ROWS)
    return sorted({1, *range(step, last + 1, step), last})


def choose_first_epoch(results: Results) -> int:
    """Return the epoch where the curves start at first.

    It is a fifth of the longest training, since the curves are very steep before.
    """
    return max(1, math.ceil(_find_last_epoch(results) / 5))


def _name_panel(quantity: Quantity, m: int) -> str:
    return f"curves-{quantity.name}-{m}"


def _list_panels(results: Results) -> list[tuple[Quantity, int]]:
    """Return bound and sparsity side by side for each latent dimension, then the losses.

    There is no panel of a sparsity that is not defined, as that of codes of one dimension.
    """
    dims = sorted({cell["m"] for cell in results.cells})
    defined = {
        cell["m"]
        for cell in results.cells
        if _read_curve(results, cell["cell"])[SPARSITY.name].notna().any()
    }
    pairs = [(quantity, m) for m in dims for quantity in (BOUND, SPARSITY)]
    return [
        (quantity, m)
        for quantity, m in [*pairs, *((LOSS, m) for m in dims)]
        if quantity is not SPARSITY or m in defined
    ]


def _find_last_epoch(results: Results) -> int:
    return max(int(curve["epoch"].max()) for curve in results.curves.values())


def _read_curve(results: Results, cell: str) -> pd.DataFrame:
    """Return the epochs of a cell, with a column for each quantity."""
    curve = results.curves[cell]
    return pd.DataFrame(
        {
            "epoch": curve["epoch"],
            BOUND.name: compute_validation_bound(curve),
            SPARSITY.name: curve["hoyer_above_gaussian"],
            LOSS.name: curve["train_loss"],
        }
    )


def _tabulate(results: Results, quantity: Quantity, m: int) -> dict[str, Any]:
    """Return the curves of a panel as a table, with a row of texts for each of some epochs."""
    names = [cell["cell"] for cell in results.cells if cell["m"] == m]
    columns = [_read_curve(results, name).set_index("epoch")[quantity.name] for name in names]
    return {
        "title": f"{quantity.title}, m = {m}",
        "cells": names,
        "rows": [
            {
                "epoch": epoch,
                "values": [
                    format_number(column.get(epoch, math.nan), quantity.digits)
                    for column in columns
                ],
            }
            for epoch in choose_epochs(max(int(column.index.max()) for column in columns))
        ],
    }


def _find_ranges(results: Results, quantity: Quantity) -> list[list[float]]:
    """Return the lowest and the highest value of all cells from each epoch on."""
    curves = pd.concat([_read_curve(results, name) for name in results.curves])
    by_epoch = curves.groupby("epoch")[quantity.name]
    low = by_epoch.min()[::-1].cummin()[::-1]
    high = by_epoch.max()[::-1].cummax()[::-1]
    # An epoch in which no cell has a value has the range of the next one, or of the last.
    low, high = low.bfill().ffill(), high.bfill().ffill()
    return [[float(least), float(most)] for least, most in zip(low, high, strict=True)]


def _build_panel(results: Results, quantity: Quantity, m: int) -> Spec:
    cells = [cell for cell in results.cells if cell["m"] == m]
    rows = []
    for cell in cells:
        curve = _read_curve(results, cell["cell"])[["epoch", quantity.name]].dropna()
        values = zip(curve["epoch"].tolist(), curve[quantity.name].tolist(), strict=True)
        named = {"cell": cell["cell"], "model": cell["model"]}
        rows += [{**named, "epoch": epoch, "value": value} for epoch, value in values]
    best = {cell["cell"]: find_best_epoch(results.curves[cell["cell"]]).epoch for cell in cells}
    in_range = [{"filter": "datum.epoch >= first"}]
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "epoch", "title": "epoch"},
        {"field": "value", "title": quantity.axis, "format": f".{quantity.digits}f"},
    ]
    place = {
        "x": _encode_epochs(_find_last_epoch(results)),
        "y": _encode_values(quantity),
        "color": encode_colour(results),
    }
    faded = {"opacity": {"condition": {"test": IS_CHOSEN, "value": 1}, "value": 0.12}}
    dot = {"type": "point", "filled": True}
    return {
        **build_frame(f"{quantity.title} by epoch of the cells with m = {m}", HEIGHT),
        "title": f"{quantity.title}, m = {m}",
        "params": [
            {"name": "first", "value": choose_first_epoch(results)},
            {"name": "chosen", "value": []},
            {"name": "ranges", "value": _find_ranges(results, quantity)},
        ],
        "data": {"values": rows},
        "layer": [
            {
                "transform": in_range,
                "mark": {"type": "line", "strokeWidth": 1.8, "clip": True},
                "encoding": {
                    **place,
                    **faded,
                    "strokeDash": encode_dash(results, [cell["cell"] for cell in cells]),
                    "detail": {"field": "cell"},
                },
            },
            {
                "transform": in_range,
                "mark": {**dot, "size": 120, "opacity": 0},
                "encoding": {**place, "tooltip": tooltip},
            },
            {
                "data": {"values": [row for row in rows if row["epoch"] == best[row["cell"]]]},
                "transform": in_range,
                "mark": {**dot, "size": 60},
                "encoding": {**place, **faded, "tooltip": tooltip},
            },
        ],
    }


def _encode_epochs(last: int) -> Spec:
    step = math.ceil(last / 12)
    ticks = [epoch for epoch in range(1, last + 1) if epoch == 1 or epoch % step == 0]
    return {
        "field": "epoch",
        "type": "quantitative",
        "title": "epoch",
        "scale": {"zero": False, "nice": False},
        "axis": {"values": ticks, "format": "d", "grid": False, "labelOverlap": True},
    }


def _encode_values(quantity: Quantity) -> Spec:
    return {
        "field": "value",
        "type": "quantitative",
        "title": quantity.axis,
        "scale": {
            "zero": False,
            "domainMin": {"expr": "ranges[first - 1][0]"},
            "domainMax": {"expr": "ranges[first - 1][1]"},
        },
    }
