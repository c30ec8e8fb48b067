"""Section of the page: codes over time, how much each dimension varies, and the peak at zero."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.evaluation.results import Results
from sdmvae.figures import palette, spectrograms
from sdmvae.report import budget, pictures, selection

ROWS, COLUMNS = 400, 128  # the largest size of a picture: frames, dimensions
SCALE = spectrograms.Scale("magma_r", 0.0, 3.0, 24)
HALF_BIN, LAST_BIN = 0.1, 20  # bins of width 0.2, numbered from -20 to 20; bin 0 is around zero
EDGES = HALF_BIN * np.arange(-2 * LAST_BIN - 1, 2 * LAST_BIN + 2, 2)
LEAST_DEVIATION, LEAST_FRACTION = 1e-3, 1e-4  # where the logarithmic axes begin; both end at 1
LARGE_DEVIATION = 0.1  # a tenth of the largest standard deviation, 1 % of the largest variance


def build_section(results: Results, allowance: int = budget.CODES) -> dict[str, Any]:
    """Return what codes.html shows: for every cell a picture of its code, and two charts.

    The picture shows the code of one utterance over time. The charts are about all test frames:
    the histogram of code values, and the standard deviation of each dimension. Codes are divided
    by the root mean square of all code values of the cell, so that all cells have one scale.

    Args:
        results: The outputs of the run.
        allowance: How many characters the cells may take. The last cells that do not fit are left
            out.
    """
    utterance = selection.select_middle_utterance(results)
    stft = results.settings.stft
    frames = int(budget.LONGEST * audio_file.SAMPLE_RATE / stft.hop)
    original = results.original(utterance.path)
    samples = original[: frames * stft.hop]
    colours = palette.assign_colours(cell["model"] for cell in results.cells)
    cells = [
        _show_cell(results, cell, utterance.path, frames, colours[cell["model"]])
        for cell in results.cells
    ]
    fitting = budget.count_fitting([len(cell["picture"]) + 3000 for cell in cells], allowance)
    power = spectrograms.compute_power(samples, window=stft.window, hop=stft.hop)[:frames]
    level = spectrograms.to_decibels(power, float(power.max()))
    level = spectrograms.average_blocks(level, rows=ROWS, columns=COLUMNS)
    seconds = len(power) * stft.hop / audio_file.SAMPLE_RATE
    widest = max(cell["dims"] for cell in cells[:fitting])
    for cell in cells:
        cell["bars"] = _draw_steps(_log_height(cell["fractions"], LEAST_FRACTION))
        cell["line"] = _draw_steps(_log_height(cell["deviation"], LEAST_DEVIATION), widest)
    gaussian = _compute_gaussian_histogram()
    return {
        "utterance": utterance._asdict(),
        "cut": len(samples) < len(original),
        "seconds": seconds,
        "original": pictures.embed_picture(level, spectrograms.LEVEL),
        "cells": cells[:fitting],
        "cells_out": [cell["name"] for cell in cells[fitting:]],
        "most_dims": COLUMNS if widest > COLUMNS else None,
        "gaussian": _draw_steps(_log_height(gaussian, LEAST_FRACTION)),
        "gaussian_zero": float(gaussian[LAST_BIN]),
        "limit": 100 - 100 * float(_log_height(LARGE_DEVIATION, LEAST_DEVIATION)),
        "time": pictures.place_ticks(0, seconds),
        "frequency": pictures.place_ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
        "value": pictures.place_ticks(float(EDGES[0]), float(EDGES[-1]), 4),
        "percent": [
            {"label": f"{100 * fraction:g}", "at": _percent_of_axis(fraction, LEAST_FRACTION)}
            for fraction in (1e-4, 1e-2, 1.0)
        ],
        "ranks": pictures.place_ticks(0, widest, 4),
        "deviation": [
            {"label": f"{relative:g}", "at": _percent_of_axis(relative, LEAST_DEVIATION)}
            for relative in (1e-3, 1e-2, 0.1, 1.0)
        ],
        "bar": pictures.describe_colour_bar(SCALE, "|code| / root mean square of the cell's codes"),
    }


def measure_deviation(codes: np.ndarray) -> np.ndarray:
    """Return how much each dimension of codes (T, D) varies, shape (D,).

    It is the standard deviation of the dimension divided by the largest one; zeros if all are.
    """
    deviation = codes.std(axis=0, dtype=np.float64)
    return np.asarray(deviation / (deviation.max() or 1.0))


def compute_histogram(values: np.ndarray) -> np.ndarray:
    """Return the fraction of values in each of 41 bins of width 0.2 from -4.1 to 4.1.

    Values outside count in the total, but they are in no bin.
    """
    return np.asarray(np.histogram(values, bins=EDGES)[0] / values.size)


def _show_cell(
    results: Results, cell: Mapping[str, Any], path: str, frames: int, colour: str
) -> dict[str, Any]:
    by_path = dict(results.codes(cell["cell"]))
    codes = np.concatenate(list(by_path.values()))
    rms = float(np.sqrt(np.mean(np.square(codes, dtype=np.float64)))) or 1.0
    relative = measure_deviation(codes)
    order = np.argsort(-relative, kind="stable")
    fractions = compute_histogram(codes / rms)
    most_used_on_top = np.abs(by_path[path][:frames, order[:COLUMNS][::-1]]) / rms
    matrix = spectrograms.average_blocks(most_used_on_top, rows=ROWS, columns=COLUMNS)
    shown = most_used_on_top.shape[1]
    return {
        "name": cell["cell"],
        "colour": colour,
        "dims": codes.shape[1],
        "shown": shown,
        "varying": int((relative > LARGE_DEVIATION).sum()),
        "picture": pictures.embed_picture(matrix, SCALE),
        "y": pictures.place_end_ticks(shown, downward=True),
        "fractions": fractions,
        "zero": float(fractions[LAST_BIN]),
        "deviation": relative[order],
    }


def _compute_gaussian_histogram() -> np.ndarray:
    """Return the histogram of a Gaussian with mean 0 and variance 1."""
    # SciPy's special functions are loaded only for this section.
    from scipy.special import ndtr

    return np.diff(ndtr(EDGES))


def _log_height(fraction: np.ndarray | float, least: float) -> np.ndarray:
    """Return the height, 0 to 1, of a fraction on a logarithmic axis from `least` to 1."""
    return np.asarray(1 - np.log10(np.maximum(fraction, least)) / np.log10(least))


def _percent_of_axis(fraction: float, least: float) -> float:
    return 100 * float(_log_height(fraction, least))


def _draw_steps(heights: np.ndarray, width: int | None = None) -> str:
    """Return an SVG path with one step per height, 0 to 1, in a box of 100 by 100.

    The box is `width` steps wide; by default it is as wide as the steps.
    """
    width = width or len(heights)
    x = 100 * np.arange(1, len(heights) + 1) / width
    y = 100 - 100 * np.clip(heights, 0, 1)
    return f"M0 {y[0]:.2f}" + "".join(
        f"V{top:.2f}H{right:.2f}" for right, top in zip(x, y, strict=True)
    )
