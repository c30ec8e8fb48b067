"""Section of the page: what codes tell of voicing, phone and so on, and whether they recur."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sdmvae.evaluation.results import Results
from sdmvae.probes import comparison, inputs, targets
from sdmvae.probes.comparison import LOG_POWER, Key, Probed
from sdmvae.probes.inputs import CODE, KEPT, PCA, SIGNAL_TO_NOISE, name_pca
from sdmvae.probes.targets import TARGETS, Target
from sdmvae.report import variants
from sdmvae.report.comparison import half_width
from sdmvae.report.formatting import format_figure, format_number
from sdmvae.report.points import GREY
from sdmvae.report.probe_sentences import describe_winners
from sdmvae.report.vega import Spec, build_frame, encode_colour, encode_dash

DRAWN = ("voicing", "phone")  # the targets of the charts
HEIGHT = 340  # pixels
DIGITS = 3
ALL = "all"
COUNTS = [*map(str, KEPT), ALL]


def compare(results: Results) -> dict[Key, Probed]:
    """Return the values of all probes of a run, with their differences from the VAE.

    Raises:
        OSError: A cell has no values yet.
    """
    return comparison.compare(
        comparison.read_tables(results.settings, results.data),
        variants.find_baselines(results.cells),
        results.settings.compare.error,
    )


def build_section(results: Results, probed: Mapping[Key, Probed]) -> dict[str, Any] | None:
    """Return what probes.html shows: sentences, the charts, tables and the stability over seeds.

    Args:
        results: The outputs of the run.
        probed: What `compare` returns for them.

    Returns:
        None if no target was probed.
    """
    if not probed:
        return None
    frames = targets.read(results.data / "targets" / "frames.csv")
    chances = targets.find_chances(frames)
    probes = [target for target in TARGETS if target.name in chances]
    dims = {cell["cell"]: cell["m"] for cell in results.cells}
    return {
        "sentences": [
            describe_winners(probed, target, dims) for target in probes if target.name in DRAWN
        ],
        "frames": len(frames),
        "speakers": frames["speaker"].nunique(),
        "left_out": _read_left_out(results),
        "panels": [
            {"name": _name_panel(target, m), "label": _title(target, m)}
            for target, m in _list_panels(results, chances)
        ],
        "columns": [*COUNTS, "μ/σ"],
        "tables": [_tabulate(results, probed, target, chances[target.name]) for target in probes],
        "stability": _read_stability(results),
    }


def build_charts(results: Results, probed: Mapping[Key, Probed]) -> dict[str, Spec]:
    """Return a chart by name for each drawn target and latent dimension.

    Args:
        results: The outputs of the run.
        probed: What `compare` returns for them.
    """
    if not probed:
        return {}
    chances = targets.find_chances(targets.read(results.data / "targets" / "frames.csv"))
    return {
        _name_panel(target, m): _build_panel(results, probed, target, m, chances[target.name])
        for target, m in _list_panels(results, chances)
    }


def _list_panels(results: Results, chances: Mapping[str, float]) -> list[tuple[Target, int]]:
    dims = sorted({cell["m"] for cell in results.cells})
    drawn = [target for target in TARGETS if target.name in DRAWN and target.name in chances]
    return [(target, m) for target in drawn for m in dims]


def _name_panel(target: Target, m: int) -> str:
    return f"probes-{target.name}-{m}"


def _title(target: Target, m: int) -> str:
    return f"{target.label} by the number of entries kept, m = {m}"


def _build_panel(
    results: Results, probed: Mapping[Key, Probed], target: Target, m: int, chance: float
) -> Spec:
    cells = {cell["cell"]: cell["model"] for cell in results.cells if cell["m"] == m}
    pca = name_pca(m)
    rows = [
        {**row, "model": cells[row["cell"]]} for row in _list_rows(probed, target, [*cells], CODE)
    ]
    reference = _list_rows(probed, target, [pca], PCA)
    lines = [{"line": "chance", "value": round(chance, 4)}]
    if (whole := probed.get(Key(LOG_POWER, inputs.LOG_POWER, 0, target.name))) is not None:
        lines.append({"line": LOG_POWER, "value": round(whole.estimate.value, 4)})
    x = {
        "field": "kept",
        "type": "ordinal",
        "sort": COUNTS,
        "title": "entries kept of each frame",
        "axis": {"labelAngle": 0},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "title": target.score,
        "scale": {"zero": False},
    }
    place = {"x": x, "y": y}
    tooltip = [
        {"field": "cell", "title": "code"},
        {"field": "kept", "title": "entries kept"},
        {"field": "text", "title": target.score},
    ]
    detail = {"detail": {"field": "cell"}}
    dash = encode_dash(results, [*cells])
    colour = encode_colour(results)
    point = {"type": "point", "filled": True, "size": 60, "opacity": 1}
    grey = {"color": GREY, "strokeWidth": 1.4}
    name = {"type": "text", "align": "left", "dx": 4, "dy": -6, "fontSize": 11, "color": GREY}
    return {
        **build_frame(f"{target.score} of {_title(target, m)}", HEIGHT),
        "title": f"{target.label}, m = {m}",
        "data": {"values": rows},
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "rule", **grey, "strokeDash": [2, 3], "aria": False},
                "encoding": {"y": y},
            },
            {
                "data": {"values": lines},
                "mark": {**name, "x": 0},
                "encoding": {"y": y, "text": {"field": "line"}},
            },
            *_draw_reference(reference, place, tooltip, pca),
            {
                "mark": {"type": "line", "strokeWidth": 1.8},
                "encoding": {**place, "color": colour, "strokeDash": dash, **detail},
            },
            {"mark": point, "encoding": {**place, "color": colour, "tooltip": tooltip}},
        ],
    }


def _draw_reference(
    rows: list[dict[str, Any]], place: Spec, tooltip: list[Spec], name: str
) -> list[Spec]:
    """Return the line of the principal components, with its name at its first point."""
    if not rows:
        return []
    data = {"values": rows}
    text = {"type": "text", "align": "left", "dx": 6, "dy": 12, "fontSize": 11, "color": GREY}
    return [
        {
            "data": data,
            "mark": {"type": "line", "color": GREY, "strokeWidth": 3, "opacity": 0.6},
            "encoding": place,
        },
        {
            "data": data,
            "mark": {"type": "point", "filled": True, "size": 60, "color": GREY, "opacity": 1},
            "encoding": {**place, "tooltip": tooltip},
        },
        {
            "data": {"values": rows[:1]},
            "mark": text,
            "encoding": {**place, "text": {"value": name}},
        },
    ]


def _list_rows(
    probed: Mapping[Key, Probed], target: Target, cells: list[str], given: str
) -> list[dict[str, Any]]:
    """Return a point for each cell and number of entries that has a value."""
    return [
        {
            "cell": cell,
            "kept": str(kept or ALL),
            "value": round(each.estimate.value, 4),
            "text": _format(each),
        }
        for cell in cells
        for kept in (*KEPT, 0)
        if (each := probed.get(Key(cell, given, kept, target.name))) is not None
    ]


def _tabulate(
    results: Results, probed: Mapping[Key, Probed], target: Target, chance: float
) -> dict[str, Any]:
    """Return the table of a target: a row of texts for each cell, and for each reference."""
    rows = comparison.name_inputs({cell["cell"]: cell["m"] for cell in results.cells})
    keys = {
        name: [
            *(Key(name, given, kept, target.name) for kept in (*KEPT, 0)),
            Key(name, SIGNAL_TO_NOISE, 0, target.name),
        ]
        for name, given in rows.items()
    }
    return {
        "title": f"{target.label}: {target.score}",
        "chance": format_number(chance, DIGITS),
        "rows": [
            {"name": name, "values": [_format(probed.get(key)) for key in own]}
            for name, own in keys.items()
            if any(key in probed for key in own)
        ],
    }


def _format(probed: Probed | None) -> str:
    if probed is None:
        return "–"
    return format_figure(probed.estimate.value, half_width(probed.estimate.interval()), DIGITS)


def _read_left_out(results: Results) -> list[str]:
    """Return the targets that are left out, with the reasons."""
    labels = {target.name: target.label for target in TARGETS}
    rows = pd.read_csv(results.data / "targets" / "left_out.csv", keep_default_na=False)
    return [
        f"{labels[target]}: {reason}" for target, reason in rows.itertuples(index=False, name=None)
    ]


def _read_stability(results: Results) -> list[dict[str, str]]:
    """Return the means over pairs of seeds of each cell; nothing if there is one seed."""
    table = pd.read_csv(results.data / "stability.csv")
    return [
        {
            "cell": str(cell),
            "of": str(of),
            "pairs": str(len(rows)),
            "matched": format_number(float(rows["matched"].mean()), DIGITS),
            "least": format_number(float(rows["matched"].min()), DIGITS),
            "most": format_number(float(rows["matched"].max()), DIGITS),
            "control": format_number(float(rows["control"].mean()), DIGITS),
        }
        for (cell, of), rows in table.groupby(["cell", "of"], sort=False)
    ]
