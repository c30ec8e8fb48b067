"""Section of the page: the frames that excite the most used dimensions of each code."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sdmvae.dsp import audio_file
from sdmvae.evaluation.results import Results
from sdmvae.figures import spectrograms
from sdmvae.probes import targets
from sdmvae.probes.excitation import (
    MOST_DIMENSIONS,
    MOST_FRAMES,
    Excitation,
    excite,
    find_most_used,
)
from sdmvae.probes.probe import find_rows
from sdmvae.probes.spectra import read_frames
from sdmvae.report import budget, pictures

BANDS = 64  # the most frequency bands of a curve
LEAST = -70.0  # dB, where the axis of the spectra begins
NAMED = 3  # how many phones are named
SIGNS = {"positive": 1, "negative": -1}


def build_section(results: Results, allowance: int = budget.EXCITATIONS) -> dict[str, Any]:
    """Return what excitations.html shows: for every cell its most used dimensions.

    Args:
        results: The outputs of the run.
        allowance: How many characters the cells may take. The last cells that do not fit are left
            out.

    Raises:
        audio_file.AudioError: A speech file cannot be read.
    """
    table = targets.read(results.data / "targets" / "frames.csv")
    log_power = read_frames(table, results.data / "speech" / "test", results.settings.stft)
    mean = log_power.mean(axis=0, dtype=np.float64)
    cells = [_show_cell(results, cell, table, log_power, mean) for cell in results.cells]
    fitting = budget.count_fitting([_size(cell) for cell in cells], allowance)
    return {
        "cells": cells[:fitting],
        "cells_out": [cell["name"] for cell in cells[fitting:]],
        "dimensions": MOST_DIMENSIONS,
        "frames": MOST_FRAMES,
        "of": len(table),
        "phones": bool((table["phone"] != "").any()),
        "x": pictures.place_ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
        "y": pictures.place_ticks(LEAST, 0, 4),
    }


def _show_cell(
    results: Results,
    cell: Mapping[str, Any],
    table: pd.DataFrame,
    log_power: np.ndarray,
    mean: np.ndarray,
) -> dict[str, Any]:
    outputs = results.outputs(cell["cell"])
    codes = outputs.codes[find_rows(table, outputs.utterances)]
    order = find_most_used(outputs.codes, outputs.kl_by_dimension)
    found = {
        dimension: {
            sign: excited
            for sign, factor in SIGNS.items()
            if (excited := excite(codes[:, dimension], table, log_power, factor)) is not None
        }
        for dimension in order
    }
    spectra = [each.spectrum for signs in found.values() for each in signs.values()]
    largest = max((float(spectrum.max()) for spectrum in spectra), default=float(mean.max()))
    return {
        "name": cell["cell"],
        "total": codes.shape[1],
        "mean": _draw(mean, largest),
        "dimensions": [
            {
                "number": dimension + 1,
                "signs": [
                    {"sign": sign, "line": _draw(each.spectrum, largest), "text": describe(each)}
                    for sign, each in signs.items()
                ],
            }
            for dimension, signs in found.items()
        ],
    }


def describe(excitation: Excitation) -> str:
    """Return what frames have in common: how many are voiced, their phones and speakers."""
    parts = [f"{100 * excitation.voiced:.0f} % voiced"]
    if excitation.phones:
        named = list(excitation.phones.items())[:NAMED]
        parts.append(", ".join(f"{name} {100 * share:.0f} %" for name, share in named))
    first, share = next(iter(excitation.speakers.items()))
    count = len(excitation.speakers)
    speakers = "1 speaker" if count == 1 else f"{count} speakers"
    parts.append(f"{speakers}, {first} {100 * share:.0f} %")
    return "; ".join(parts)


def _draw(spectrum: np.ndarray, largest: float) -> str:
    """Return an SVG path of the log-power of a spectrum, in dB below the largest log-power."""
    power = np.exp(spectrum - largest)[None]
    bands = spectrograms.average_blocks(power, rows=1, columns=BANDS)[0]
    heights = 1 - spectrograms.to_decibels(bands, 1.0, least=LEAST) / LEAST
    return pictures.draw_line(heights, digits=0)


def _size(cell: Mapping[str, Any]) -> int:
    return sum(len(sign["line"]) + 400 for each in cell["dimensions"] for sign in each["signs"])
