"""Section of the page: test utterances to hear and to see, as they were and through each cell."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdmvae.dsp import audio_file
from sdmvae.evaluation.results import Results
from sdmvae.figures import palette, spectrograms
from sdmvae.report import budget, pictures, selection, sounds

ROWS, COLUMNS = 400, 260  # of a picture, at most: frames, bands of frequency
SCORES = {"PESQ": "pesq", "ESTOI": "estoi", "SI-SDR": "si_sdr"}


def section(results: Results, allowance: int = budget.LISTENING) -> dict[str, Any]:
    """What listening.html shows: whom `selection` says, cut as budget.listening says."""
    utterances = selection.utterances(results)
    originals = [results.original(each["path"]) for each in utterances]
    durations = [len(each) / audio_file.SAMPLE_RATE for each in originals]
    names = [cell["cell"] for cell in results.cells]
    pairs = list(zip(utterances, originals, strict=True))
    tried = [_heard(results, names[:1], budget.SHORTEST, *pair) for pair in pairs]
    rate = sum(_size(each["streams"][1]) for each in tried) / sum(each["seconds"] for each in tried)
    while True:
        plan = budget.listening(durations, len(names), rate, allowance)
        shown = [
            _heard(results, names[: plan.cells], plan.seconds, *pair)
            for pair in pairs[: plan.utterances]
        ]
        heard = sum(each["seconds"] for each in shown) * (plan.cells + 1)
        size = sum(_size(stream) for each in shown for stream in each["streams"])
        if size <= allowance:
            break
        rate = 1.05 * size / heard
    return {
        "utterances": shown,
        "columns": list(SCORES),
        "models": {cell["cell"]: cell["model"] for cell in results.cells},
        "colours": palette.colours(cell["model"] for cell in results.cells),
        "wanted": selection.WANTED,
        "longest": plan.seconds,
        "utterances_out": len(utterances) - plan.utterances,
        "cells_out": names[plan.cells :],
        "level": pictures.bar(spectrograms.LEVEL, "dB, 0 being the original's peak"),
        "difference": pictures.bar(spectrograms.DIFFERENCE, "dB; red is more, blue is less"),
        "synthetic": results.settings.corpus.name == "synthetic",
    }


def _heard(
    results: Results,
    names: Sequence[str],
    longest: float,
    utterance: dict[str, Any],
    original: np.ndarray,
) -> dict[str, Any]:
    samples = _cut(original, longest)
    power = _power(samples, results)
    peak = float(power.max())
    level = spectrograms.decibels(power, peak)
    streams = [{"name": "original", "scores": None, **_stream(samples, level)}]
    for name in names:
        made = _cut(_resynthesis(results, name, utterance["path"], len(original)), longest)
        made_level = spectrograms.decibels(_power(made, results), peak)
        scores = _scores(results.utterances[name], utterance["path"])
        streams.append({"name": name, "scores": scores, **_stream(made, made_level, level)})
    seconds = len(samples) / audio_file.SAMPLE_RATE
    return {
        **utterance,
        "streams": streams,
        "first": _first(streams),
        "seconds": seconds,
        "whole": len(original) / audio_file.SAMPLE_RATE,
        "x": pictures.ticks(0, seconds),
        "y": pictures.ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
    }


def _stream(samples: np.ndarray, level: np.ndarray, against: np.ndarray | None = None) -> dict:
    difference = None if against is None else level - against
    return {
        "sound": sounds.flac(samples),
        "level": pictures.png(level, spectrograms.LEVEL),
        "difference": difference
        if difference is None
        else pictures.png(difference, spectrograms.DIFFERENCE),
    }


def _size(stream: dict[str, Any]) -> int:
    return sum(len(stream[key] or "") for key in ("sound", "level", "difference"))


def _cut(samples: np.ndarray, seconds: float) -> np.ndarray:
    return samples[: int(seconds * audio_file.SAMPLE_RATE)]


def _power(samples: np.ndarray, results: Results) -> np.ndarray:
    stft = results.settings.stft
    power = spectrograms.power(samples, window=stft.window, hop=stft.hop)
    return spectrograms.reduced(power, rows=ROWS, columns=COLUMNS)


def _resynthesis(results: Results, name: str, path: str, length: int) -> np.ndarray:
    """Silence where there is nothing else: a file of it is refused by audio_file.read."""
    try:
        return results.resynthesis(name, path)
    except audio_file.AudioError:
        return np.zeros(length)


def _scores(rows: pd.DataFrame, path: str) -> dict[str, float | None]:
    row = rows.loc[rows["path"] == path].iloc[0]
    return {
        label: float(row[name]) if np.isfinite(row[name]) else None
        for label, name in SCORES.items()
    }


def _first(streams: list[dict[str, Any]]) -> int:
    """The cell shown at first, by its place among the streams: the one with the best PESQ."""
    pesq = [(each["scores"] or {}).get("PESQ") for each in streams]
    return max(range(1, len(streams)), key=lambda k: (-1.0 if pesq[k] is None else pesq[k], -k))
