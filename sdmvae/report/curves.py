"""Training curves: what each cell lost, epoch by epoch."""

import math
from typing import Any

import pandas as pd

from sdmvae.evaluation.results import Results
from sdmvae.figures import palette
from sdmvae.report.charts import SCHEMA, Spec, colour, config

CHOSEN = "!length(chosen) || indexof(chosen, datum.cell) >= 0"
LOSSES = {"validation": "validation_loss", "training": "train_loss"}


def section(results: Results) -> dict[str, Any]:
    """Where curves start and end, the cells there are to choose, and each one's best epoch."""
    colours = palette.colours(cell["model"] for cell in results.cells)
    return {
        "first": first_shown(results),
        "last": _last(results),
        "rows": [
            {
                "cell": cell["cell"],
                "colour": colours[cell["model"]],
                **best(results.curves[cell["cell"]]),
                "epochs": len(results.curves[cell["cell"]]),
            }
            for cell in results.cells
        ],
        "panels": [f"curves-{m}" for m in _dims(results)],
    }


def specifications(results: Results) -> dict[str, Spec]:
    """A chart a latent dimension by its name; all have one scale."""
    return {f"curves-{m}": _panel(results, m) for m in _dims(results)}


def first_shown(results: Results) -> int:
    """The epoch that curves start at unless asked: a fifth in, past the first steep fall."""
    return max(1, math.ceil(_last(results) / 5))


def best(curve: pd.DataFrame) -> dict[str, Any]:
    """The epoch of the lowest validation loss, and that loss."""
    row = curve.loc[curve["validation_loss"].idxmin()]
    return {"epoch": int(row["epoch"]), "loss": float(row["validation_loss"])}


def _dims(results: Results) -> list[int]:
    return sorted({cell["m"] for cell in results.cells})


def _last(results: Results) -> int:
    return max(int(curve["epoch"].max()) for curve in results.curves.values())


def _ranges(results: Results) -> list[list[float]]:
    """The least and the largest loss of all cells from each epoch on."""
    losses = pd.concat(results.curves.values())[["epoch", *LOSSES.values()]]
    by_epoch = losses.set_index("epoch").groupby("epoch").agg(["min", "max"])
    low, high = (by_epoch.xs(each, axis=1, level=1) for each in ("min", "max"))
    return [
        [float(low.loc[epoch:].min().min()), float(high.loc[epoch:].max().max())]
        for epoch in range(1, _last(results) + 1)
    ]


def _panel(results: Results, m: int) -> Spec:
    cells = [cell for cell in results.cells if cell["m"] == m]
    rows = [
        {"cell": cell["cell"], "model": cell["model"], "of": of, "epoch": epoch, "loss": loss}
        for cell in cells
        for of, column in LOSSES.items()
        for epoch, loss in results.curves[cell["cell"]][["epoch", column]].itertuples(index=False)
    ]
    lowest = [
        {
            "cell": cell["cell"],
            "model": cell["model"],
            "of": "validation, its lowest",
            **best(results.curves[cell["cell"]]),
        }
        for cell in cells
    ]
    shown = [{"filter": "datum.epoch >= first"}]
    tooltip = [
        {"field": "cell", "title": "cell"},
        {"field": "of", "title": "loss of"},
        {"field": "epoch", "title": "epoch"},
        {"field": "loss", "title": "nats a frame", "format": ".1f"},
    ]
    dash = {"domain": list(LOSSES), "range": [[1, 0], [4, 3]]}
    place = {"x": _epochs(_last(results)), "y": _losses(), "color": colour(results)}
    faded = {"opacity": {"condition": {"test": CHOSEN, "value": 1}, "value": 0.12}}
    dot = {"type": "point", "filled": True}
    return {
        "$schema": SCHEMA,
        "description": f"Training and validation loss by epoch of the cells with m = {m}",
        "title": f"m = {m}",
        "width": "container",
        "height": 320,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": [
            {"name": "first", "value": first_shown(results)},
            {"name": "chosen", "value": []},
            {"name": "ranges", "value": _ranges(results)},
        ],
        "data": {"values": rows},
        "layer": [
            {
                "transform": shown,
                "mark": {"type": "line", "strokeWidth": 1.8, "clip": True},
                "encoding": {
                    **place,
                    **faded,
                    "detail": {"field": "cell"},
                    "strokeDash": {"field": "of", "scale": dash, "legend": None},
                },
            },
            {
                "transform": shown,
                "mark": {**dot, "size": 120, "opacity": 0},
                "encoding": {**place, "tooltip": tooltip},
            },
            {
                "data": {"values": lowest},
                "transform": shown,
                "mark": {**dot, "size": 60},
                "encoding": {**place, **faded, "tooltip": tooltip},
            },
        ],
        "config": config(),
    }


def _epochs(last: int) -> Spec:
    step = math.ceil(last / 12)
    ticks = [epoch for epoch in range(1, last + 1) if epoch == 1 or epoch % step == 0]
    return {
        "field": "epoch",
        "type": "quantitative",
        "title": "epoch",
        "scale": {"zero": False, "nice": False},
        "axis": {"values": ticks, "format": "d", "grid": False, "labelOverlap": True},
    }


def _losses() -> Spec:
    return {
        "field": "loss",
        "type": "quantitative",
        "title": "loss, nats a frame",
        "scale": {
            "zero": False,
            "domainMin": {"expr": "ranges[first - 1][0]"},
            "domainMax": {"expr": "ranges[first - 1][1]"},
        },
    }
