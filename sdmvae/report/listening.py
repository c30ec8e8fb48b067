"""Section of the page: test utterances to listen to, the originals and what each cell decodes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES
from sdmvae.figures import palette, spectrograms
from sdmvae.report import budget, pictures, selection, sounds
from sdmvae.report.formatting import format_number
from sdmvae.report.selection import Utterance

ROWS, COLUMNS = 400, 260  # the largest size of a picture: frames, frequency bands
COLUMN_SCORES = [SCORES[name] for name in ("pesq", "estoi", "si_sdr")]


def build_section(results: Results, allowance: int = budget.LISTENING) -> dict[str, Any]:
    """Return what listening.html shows.

    `selection` says which utterances are shown, and `budget.plan_listening` where they are cut.

    Args:
        results: The outputs of the run.
        allowance: How many characters sounds and pictures may take.

    Raises:
        audio_file.AudioError: An original cannot be read.
    """
    utterances = selection.select_utterances(results)
    originals = [results.original(utterance.path) for utterance in utterances]
    durations = [len(original) / audio_file.SAMPLE_RATE for original in originals]
    names = [cell["cell"] for cell in results.cells]
    pairs = list(zip(utterances, originals, strict=True))
    # The size of the first cell is the first guess for that of the others.
    trial = [_show_utterance(results, names[:1], budget.SHORTEST, *pair) for pair in pairs]
    seconds = sum(utterance["seconds"] for utterance in trial)
    rate = sum(_size(utterance["streams"][1]) for utterance in trial) / seconds
    while True:
        plan = budget.plan_listening(durations, len(names), rate, allowance)
        shown = [
            _show_utterance(results, names[: plan.cells], plan.seconds, *pair)
            for pair in pairs[: plan.utterances]
        ]
        seconds = sum(utterance["seconds"] for utterance in shown) * (plan.cells + 1)
        size = sum(_size(stream) for utterance in shown for stream in utterance["streams"])
        if size <= allowance:
            break
        rate = 1.05 * size / seconds
    return {
        "utterances": shown,
        "columns": COLUMN_SCORES,
        "models": {cell["cell"]: cell["model"] for cell in results.cells},
        "colours": palette.assign_colours(cell["model"] for cell in results.cells),
        "wanted": selection.SECONDS,
        "longest": plan.seconds,
        "utterances_out": len(utterances) - plan.utterances,
        "cells_out": names[plan.cells :],
        "level": pictures.describe_colour_bar(
            spectrograms.LEVEL, "dB; 0 is the peak of the original"
        ),
        "difference": pictures.describe_colour_bar(
            spectrograms.DIFFERENCE, "dB; red: more than the original, blue: less"
        ),
    }


def _show_utterance(
    results: Results,
    names: Sequence[str],
    longest: float,
    utterance: Utterance,
    original: np.ndarray,
) -> dict[str, Any]:
    """Return an utterance with the streams of the original and of the cells `names`."""
    samples = _cut(original, longest)
    power = _power(samples, results)
    peak = float(power.max())
    level = spectrograms.to_decibels(power, peak)
    streams: list[dict[str, Any]] = [
        {"name": "original", "scores": None, **_embed_stream(samples, level)}
    ]
    for name in names:
        resynthesis = _cut(_read_resynthesis(results, name, utterance.path, len(original)), longest)
        its_level = spectrograms.to_decibels(_power(resynthesis, results), peak)
        scores = _read_scores(results, name, utterance.path)
        streams.append(
            {"name": name, "scores": scores, **_embed_stream(resynthesis, its_level, level)}
        )
    seconds = len(samples) / audio_file.SAMPLE_RATE
    return {
        **utterance._asdict(),
        "streams": streams,
        "first": _find_best_stream(streams),
        "seconds": seconds,
        "whole": len(original) / audio_file.SAMPLE_RATE,
        "x": pictures.place_ticks(0, seconds),
        "y": pictures.place_ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
    }


def _embed_stream(
    samples: np.ndarray, level: np.ndarray, original: np.ndarray | None = None
) -> dict[str, str | None]:
    """Return the sound, the spectrogram, and its difference from that of the original."""
    difference = None
    if original is not None:
        difference = pictures.embed_picture(level - original, spectrograms.DIFFERENCE)
    return {
        "sound": sounds.embed_sound(samples),
        "level": pictures.embed_picture(level, spectrograms.LEVEL),
        "difference": difference,
    }


def _size(stream: dict[str, Any]) -> int:
    return sum(len(stream[key] or "") for key in ("sound", "level", "difference"))


def _cut(samples: np.ndarray, seconds: float) -> np.ndarray:
    return samples[: int(seconds * audio_file.SAMPLE_RATE)]


def _power(samples: np.ndarray, results: Results) -> np.ndarray:
    stft = results.settings.stft
    power = spectrograms.compute_power(samples, window=stft.window, hop=stft.hop)
    return spectrograms.average_blocks(power, rows=ROWS, columns=COLUMNS)


def _read_resynthesis(results: Results, name: str, path: str, length: int) -> np.ndarray:
    """Return the resynthesis, or silence where the file is refused because it is silent."""
    try:
        return results.resynthesis(name, path)
    except audio_file.AudioError:
        return np.zeros(length)


def _read_scores(results: Results, name: str, path: str) -> dict[str, dict[str, Any]]:
    """Return the value and the text of each of `COLUMN_SCORES` for the first seed, by its name."""
    rows = results.utterances[name]
    row = rows[(rows["path"] == path) & (rows["seed"] == results.seed)].iloc[0]
    return {
        score.name: {
            "value": float(row[score.name]) if np.isfinite(row[score.name]) else None,
            "text": format_number(float(row[score.name]), score.digits),
        }
        for score in COLUMN_SCORES
    }


def _find_best_stream(streams: list[dict[str, Any]]) -> int:
    """Return the place of the cell with the best PESQ among the streams; it is shown at first."""

    def pesq(place: int) -> float:
        value = streams[place]["scores"]["pesq"]["value"]
        return -1.0 if value is None else float(value)

    return max(range(1, len(streams)), key=lambda place: (pesq(place), -place))
