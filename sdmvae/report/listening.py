"""Section of the page: test utterances to listen to, the originals and what each cell decodes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES
from sdmvae.figures import palette, spectrograms
from sdmvae.report import budget, pictures, selection, sounds
from sdmvae.report.formatting import format_number
from sdmvae.report.selection import Utterance

ROWS, COLUMNS = 400, 260  # the largest size of a picture: frames, frequency bands
NO_PICTURES: Mapping[str, str | None] = {"level": None, "difference": None}
BITS = 13  # of a sample relative to the peak of the original; then the error cannot be heard
MARKUP = 1200  # about how many characters the page has around a sound and its pictures
COLUMN_SCORES = [SCORES[name] for name in ("pesq", "estoi", "si_sdr")]


class Take(NamedTuple):
    """An utterance with the samples (n,) of its original, and whether it is shown as pictures."""

    utterance: Utterance
    original: np.ndarray
    pictured: bool


def build_section(results: Results, allowance: int) -> dict[str, Any]:
    """Return what listening.html shows.

    `selection` says which utterances are shown, and `budget.plan_listening` where they are cut.
    Those of the hardest, of a middle and of the easiest speaker have pictures; the others have
    sounds only.

    Args:
        results: The outputs of the run.
        allowance: How many characters the section may take.

    Raises:
        audio_file.AudioError: An original cannot be read.
    """
    pictured = selection.select_utterances(results)
    utterances = [*pictured, *selection.select_others(results)]
    originals = [results.original(utterance.path) for utterance in utterances]
    durations = [len(original) / audio_file.SAMPLE_RATE for original in originals]
    names = [cell["cell"] for cell in results.cells]
    takes = [
        Take(utterance, original, place < len(pictured))
        for place, (utterance, original) in enumerate(zip(utterances, originals, strict=True))
    ]
    # The sizes of the first cell are the first guess for those of the others.
    trial = [
        _show_utterance(results, names[:1], budget.SHORTEST, take)
        for take in takes[: len(pictured)]
    ]
    rates = _measure_rates(trial)
    while True:
        plan = budget.plan_listening(durations, len(pictured), len(names), rates, allowance)
        shown = [
            _show_utterance(results, names[: plan.cells], plan.seconds, take)
            for take in takes[: plan.utterances]
        ]
        size = sum(_size(stream) for utterance in shown for stream in utterance["streams"])
        if size <= allowance or plan == budget.LEAST:
            break
        estimate = budget.estimate_size(plan, durations, len(pictured), rates)
        rates = rates.multiply(1.05 * size / estimate)
    return {
        "utterances": shown,
        "columns": COLUMN_SCORES,
        "models": {cell["cell"]: cell["model"] for cell in results.cells},
        "colours": palette.assign_colours(cell["model"] for cell in results.cells),
        "wanted": selection.SECONDS,
        "longest": plan.seconds,
        "bits": BITS,
        "part": _describe_part(results, shown),
        "utterances_out": len(utterances) - plan.utterances,
        "cells_out": names[plan.cells :],
        "level": pictures.describe_colour_bar(
            spectrograms.LEVEL, "dB; 0 is the peak of the original"
        ),
        "difference": pictures.describe_colour_bar(
            spectrograms.DIFFERENCE, "dB; red: more than the original, blue: less"
        ),
    }


def count_bits(peak: float) -> int:
    """Return the bits per sample, relative to full scale, that are `BITS` relative to a peak."""
    below = int(-np.log2(peak)) if 0 < peak < 1 else 0
    return min(16, BITS + below)


def _measure_rates(shown: list[dict[str, Any]]) -> budget.Rates:
    """Return the characters per second of the last stream of utterances with pictures."""
    streams = [utterance["streams"][-1] for utterance in shown]
    seconds = sum(utterance["seconds"] for utterance in shown)
    sound = sum(_size({**stream, **NO_PICTURES}) for stream in streams)
    return budget.Rates(sound / seconds, (sum(map(_size, streams)) - sound) / seconds)


def _describe_part(results: Results, shown: list[dict[str, Any]]) -> str:
    """Return a sentence that says which part of the test speech is on the page."""
    test = next(iter(results.utterances.values())).drop_duplicates("path")
    whole, here = float(test["seconds"].sum()), sum(each["seconds"] for each in shown)
    speakers = test["speaker"].nunique()
    of_whom = (
        f"{len(shown)} of the {speakers} test speakers" if speakers > 1 else "the test speaker"
    )
    return (
        f"This page has speech of {of_whom}: {here:.1f} s of {whole:.1f} s of test speech, "
        f"which is {100 * here / whole:.3g} %."
    )


def _show_utterance(
    results: Results, names: Sequence[str], longest: float, take: Take
) -> dict[str, Any]:
    """Return an utterance with the streams of the original and of the cells `names`."""
    path, length = take.utterance.path, len(take.original)
    whole = [take.original, *(_read_resynthesis(results, name, path, length) for name in names)]
    samples = [_cut(each, longest) for each in whole]
    scores = [None, *(_read_scores(results, name, path) for name in names)]
    bits = count_bits(float(np.abs(take.original).max()))
    drawn = _draw_spectrograms(results, samples) if take.pictured else [NO_PICTURES] * len(samples)
    streams = [
        {
            "name": name,
            "scores": its_scores,
            "sound": sounds.embed_sound(sound, bits),
            **its_pictures,
        }
        for name, its_scores, sound, its_pictures in zip(
            ["original", *names], scores, samples, drawn, strict=True
        )
    ]
    seconds = len(samples[0]) / audio_file.SAMPLE_RATE
    return {
        **take.utterance._asdict(),
        "pictured": take.pictured,
        "streams": streams,
        "first": _find_best_stream(streams),
        "seconds": seconds,
        "whole": length / audio_file.SAMPLE_RATE,
        "x": pictures.place_ticks(0, seconds),
        "y": pictures.place_ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
    }


def _draw_spectrograms(
    results: Results, samples: list[np.ndarray]
) -> list[Mapping[str, str | None]]:
    """Return the spectrogram of each sound, and its difference from that of the first one."""
    powers = [_power(each, results) for each in samples]
    levels = [spectrograms.to_decibels(power, float(powers[0].max())) for power in powers]
    return [
        {
            "level": pictures.embed_picture(level, spectrograms.LEVEL),
            "difference": pictures.embed_picture(level - levels[0], spectrograms.DIFFERENCE)
            if place
            else None,
        }
        for place, level in enumerate(levels)
    ]


def _size(stream: dict[str, Any]) -> int:
    embedded = sum(len(stream[key] or "") for key in ("sound", "level", "difference"))
    return embedded + MARKUP


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
