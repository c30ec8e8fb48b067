"""Section of the page: a decoder that runs in the page, and one dimension of its code to move."""

import base64
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from sdmvae.dsp import audio_file, stft
from sdmvae.dsp.signal import normalise
from sdmvae.evaluation.results import Results
from sdmvae.figures import spectrograms
from sdmvae.report import atoms, budget, pictures, selection, variants

SECONDS = 4.0  # the length that the utterance is cut at
PHASES = 256  # the steps of a quantised phase: its error is then 43 dB below the speech
# How the page makes a power of a decoder's output, by likelihood and representation.
POWERS = {
    ("itakura-saito", "power"): "exponential",
    ("gaussian", "log-power"): "exponential",
    ("gaussian", "power"): "clipped",
    ("gaussian", "magnitude"): "squared",
}


def build_section(results: Results, allowance: int = budget.DIMENSIONS) -> dict[str, Any] | None:
    """Return what dimensions.html shows, and the ``data`` that decoder.js decodes.

    It has the cell with the highest PESQ among those with a dictionary, or among all if none has
    one, and its baseline.

    Args:
        results: The outputs of the run.
        allowance: How many characters the data may take. The utterance is cut, and cells are left
            out, to fit.

    Returns:
        None if the page cannot decode the likelihood of the run.

    Raises:
        saved.WeightsError: The weights of a cell cannot be read.
    """
    train = results.settings.train
    power = POWERS.get((train.likelihood, train.representation))
    if power is None:
        return None
    utterance = selection.select_middle_utterance(results)
    samples, peak = normalise(results.original(utterance.path))
    bins = 1 + results.settings.stft.window // 2
    speech = _pack_speech(results, samples, most_frames=allowance * 3 // 8 // bins)
    chosen = _choose_cells(results)
    cells = [_pack_cell(results, name, utterance.path, speech["frames"]) for name in chosen]
    sizes = itertools.accumulate(map(_size, cells), initial=len(speech["phase"]))
    fitting = sum(size <= allowance for size in itertools.islice(sizes, 1, None))
    return {
        "utterance": utterance._asdict(),
        "seconds": speech["length"] / audio_file.SAMPLE_RATE,
        "whole": len(samples) / audio_file.SAMPLE_RATE,
        "cells": [{"name": cell["name"], "dims": cell["dims"]} for cell in cells[:fitting]],
        "cells_out": chosen[fitting:],
        "x": pictures.place_ticks(0, speech["length"] / audio_file.SAMPLE_RATE),
        "y": pictures.place_ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
        "bar": pictures.describe_colour_bar(
            spectrograms.LEVEL, "dB; 0 is the peak of the original"
        ),
        "data": {
            **speech,
            "power": power,
            "peak": peak,
            "colours": spectrograms.list_colours(spectrograms.LEVEL),
            "least": spectrograms.LEVEL.low,
            "cells": cells[:fitting],
        },
    }


def quantise_phase(spectrogram: np.ndarray) -> np.ndarray:
    """Return the phase of a complex spectrogram of any shape in steps of 2 pi / 256, as bytes."""
    steps = np.rint(np.angle(spectrogram) * PHASES / (2 * np.pi))
    return np.asarray(steps.astype(np.int64) % PHASES, np.uint8)


def pack_halves(values: np.ndarray) -> str:
    """Return numbers in half precision (IEEE 754, little-endian, row by row) in base 64."""
    largest = np.finfo(np.float16).max
    halves = np.clip(values, -largest, largest).astype("<f2")
    return base64.b64encode(halves.tobytes()).decode("ascii")


def _choose_cells(results: Results) -> list[str]:
    """Return the best cell, with a dictionary if there is one, and its baseline if it has one."""
    with_dictionary = [
        cell for cell in results.cells if results.dictionary(cell["cell"]) is not None
    ]
    name = atoms.choose_best_cells(with_dictionary or results.cells)[0]["cell"]
    base = variants.find_baselines(results.cells).get(name)
    return [name] if base is None else [name, base]


def _pack_speech(results: Results, samples: np.ndarray, most_frames: int) -> dict[str, Any]:
    """Return the phase of peak-normalised samples, and how they are cut into frames.

    The signal ends where the frames that the page has do not overlap any more as they should.
    """
    window, hop = results.settings.stft.window, results.settings.stft.hop
    spectrogram = stft.stft(samples, window=window, hop=hop)
    wanted = int(SECONDS * audio_file.SAMPLE_RATE)
    frames = max(1, min(len(spectrogram), 2 + (wanted + window // 2) // hop, most_frames))
    length = min(len(samples), wanted)
    if frames < len(spectrogram):
        length = min(length, max(hop, (frames - 1) * hop - window // 2))
    phase = quantise_phase(spectrogram[:frames])
    return {
        "rate": audio_file.SAMPLE_RATE,
        "window": window,
        "hop": hop,
        "frames": frames,
        "length": length,
        "phase": base64.b64encode(phase.tobytes()).decode("ascii"),
        "largest": float(stft.power(spectrogram[:frames]).max()) or 1.0,
    }


def _pack_cell(results: Results, name: str, path: str, frames: int) -> dict[str, Any]:
    # Only this function needs torch.
    from sdmvae.training import saved

    # The decoder is a perceptron: a weight and a bias for each layer, in their order.
    weights = saved.load(results.weights(name)).decoder.state_dict()
    arrays = [tensor.numpy() for tensor in weights.values()]
    bins = 1 + results.settings.stft.window // 2
    # Other outputs than the first, such as a variance, have no part in the estimate of the power.
    arrays[-2:] = [each[:bins] for each in arrays[-2:]]
    layers = zip(arrays[::2], arrays[1::2], strict=True)
    by_path = dict(results.codes(name))
    deviation = np.concatenate(list(by_path.values())).std(axis=0, dtype=np.float64)
    dictionary = results.dictionary(name)
    return {
        "name": name,
        "dims": len(deviation),
        "order": np.argsort(-deviation, kind="stable").tolist(),
        "deviations": [round(float(each), 3) for each in deviation],
        "codes": pack_halves(by_path[path][:frames]),
        "dictionary": None if dictionary is None else pack_halves(dictionary),
        "layers": [
            {"weight": pack_halves(weight), "bias": pack_halves(bias)} for weight, bias in layers
        ],
    }


def _size(cell: Mapping[str, Any]) -> int:
    layers = sum(len(layer["weight"]) + len(layer["bias"]) for layer in cell["layers"])
    return layers + len(cell["codes"]) + len(cell["dictionary"] or "") + 20 * int(cell["dims"])
