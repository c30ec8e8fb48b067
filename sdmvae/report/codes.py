"""Section of the page: codes over time, how much each dimension is used, and the peak at zero."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores.codes import active_dimensions
from sdmvae.figures import palette, spectrograms
from sdmvae.report import budget, pictures, selection

ROWS, COLUMNS = 400, 128  # of a picture, at most: frames, dimensions
SCALE = spectrograms.Scale("magma_r", 0.0, 3.0, 24)
HALF_BIN, LAST_BIN = 0.1, 20  # bins of 0.2, the middle one around zero, up to about 4
LEAST_USE, LEAST_SHARE = 1e-3, 1e-4  # where logarithmic axes begin; both end at 1


def section(results: Results, allowance: int = budget.CODES) -> dict[str, Any]:
    """What codes.html shows of every cell: one utterance's codes, and two charts of all frames.

    Codes are divided by the root mean square of all code values of the cell, so that one scale
    serves all. Cells that do not fit into `allowance` characters are left out, last ones first.
    """
    utterance = selection.middle(results)
    stft = results.settings.stft
    frames = int(budget.LONGEST * audio_file.SAMPLE_RATE / stft.hop)
    original = results.original(utterance["path"])
    heard = original[: frames * stft.hop]
    colours = palette.colours(cell["model"] for cell in results.cells)
    cells = [
        _cell(results, cell, utterance["path"], frames, colours[cell["model"]])
        for cell in results.cells
    ]
    fit = budget.fitting([len(each["picture"]) + 3000 for each in cells], allowance)
    power = spectrograms.power(heard, window=stft.window, hop=stft.hop)[:frames]
    level = spectrograms.decibels(power, float(power.max()))
    level = spectrograms.reduced(level, rows=ROWS, columns=COLUMNS)
    seconds = len(power) * stft.hop / audio_file.SAMPLE_RATE
    widest = max(each["dims"] for each in cells[:fit])
    for each in cells:
        each["bars"] = _steps(_height(each["shares"], LEAST_SHARE))
        each["line"] = _steps(_height(each["use"], LEAST_USE), widest)
    return {
        "utterance": utterance,
        "cut": len(heard) < len(original),
        "seconds": seconds,
        "original": pictures.png(level, spectrograms.LEVEL),
        "cells": cells[:fit],
        "cells_out": [each["name"] for each in cells[fit:]],
        "most_dims": COLUMNS if widest > COLUMNS else None,
        "gaussian": _steps(_height(_gaussian(), LEAST_SHARE)),
        "gaussian_zero": float(_gaussian()[LAST_BIN]),
        "active": 100 - 100 * float(_height(np.array([0.1]), LEAST_USE)[0]),
        "time": pictures.ticks(0, seconds),
        "frequency": pictures.ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
        "value": pictures.ticks(*(HALF_BIN * (2 * LAST_BIN + 1) * np.array([-1, 1])), 4),
        "share": [
            {"label": f"{100 * each:g}", "at": 100 * float(_height(each, LEAST_SHARE))}
            for each in (1e-4, 1e-2, 1.0)
        ],
        "ranks": pictures.ticks(0, widest, 4),
        "use": [
            {"label": f"{each:g}", "at": 100 * float(_height(each, LEAST_USE))}
            for each in (1e-3, 1e-2, 0.1, 1.0)
        ],
        "bar": pictures.bar(SCALE, "|code| / root mean square of the cell's codes"),
    }


def usage(codes: np.ndarray) -> np.ndarray:
    """Standard deviation of each dimension of codes (T, D), over the largest; zeros if all are."""
    deviation = codes.std(axis=0, dtype=np.float64)
    return deviation / (deviation.max() or 1.0)


def histogram(values: np.ndarray) -> np.ndarray:
    """Share of `values` in each bin of 0.2 from -4.1 to 4.1; those beyond are in none."""
    edges = HALF_BIN * np.arange(-2 * LAST_BIN - 1, 2 * LAST_BIN + 2, 2)
    return np.histogram(values, bins=edges)[0] / values.size


def _cell(
    results: Results, cell: Mapping[str, Any], path: str, frames: int, colour: str
) -> dict[str, Any]:
    by_path = dict(results.codes(cell["cell"]))
    codes = np.concatenate(list(by_path.values()))
    size = float(np.sqrt(np.mean(np.square(codes, dtype=np.float64)))) or 1.0
    use = usage(codes)
    order = np.argsort(-use, kind="stable")
    shares = histogram(codes / size)
    most_used_on_top = np.abs(by_path[path][:frames, order[:COLUMNS][::-1]]) / size
    picture = spectrograms.reduced(most_used_on_top, rows=ROWS, columns=COLUMNS)
    shown = most_used_on_top.shape[1]
    return {
        "name": cell["cell"],
        "colour": colour,
        "dims": codes.shape[1],
        "shown": shown,
        "active": active_dimensions(codes),
        "rms": size,
        "picture": pictures.png(picture, SCALE),
        "y": pictures.ends(shown, downward=True),
        "shares": shares,
        "zero": float(shares[LAST_BIN]),
        "use": use[order],
    }


def _gaussian() -> np.ndarray:
    from scipy.special import ndtr

    edges = HALF_BIN * np.arange(-2 * LAST_BIN - 1, 2 * LAST_BIN + 2, 2)
    return np.diff(ndtr(edges))


def _height(share: np.ndarray | float, least: float) -> np.ndarray:
    """Of what lies between `least` and 1, on a logarithmic axis from 0 to 1."""
    return 1 - np.log10(np.maximum(share, least)) / np.log10(least)


def _steps(heights: np.ndarray, width: int | None = None) -> str:
    """Path of a step for each of `heights`, 0 to 1, in a box of 100 by 100 for `width` steps."""
    width = width or len(heights)
    x = 100 * np.arange(1, len(heights) + 1) / width
    y = 100 - 100 * np.clip(heights, 0, 1)
    return f"M0 {y[0]:.2f}" + "".join(
        f"V{top:.2f}H{right:.2f}" for right, top in zip(x, y, strict=True)
    )
