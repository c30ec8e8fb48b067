"""Section of the page: the dictionaries, and what their atoms look and sound like."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.dsp.stft import istft
from sdmvae.evaluation.results import Results
from sdmvae.figures import spectrograms
from sdmvae.report import budget, pictures, sounds

if TYPE_CHECKING:
    from sdmvae.autoencoder import Autoencoder

ATOMS = 12  # the most atoms that are shown of a cell
VALUES = 5  # how many values of a coefficient are shown
SECONDS = 1.0
BANDS = 129  # the most frequency bands of a spectrum
LEAST = -70.0  # dB, where the axis of the spectra begins
DICTIONARY = spectrograms.Scale("RdBu_r", -1.0, 1.0, 25)
LINES = spectrograms.Scale("viridis", 0.0, 1.0, VALUES + 1)


def build_section(results: Results, allowance: int = budget.ATOMS) -> dict[str, Any]:
    """Return what atoms.html shows: every dictionary, and the atoms of the best cell for each m.

    The best cell is the one with the highest PESQ.

    Args:
        results: The outputs of the run.
        allowance: How many characters the atoms may take. If they do not fit, cells with a low
            PESQ are left out.

    Raises:
        saved.WeightsError: The weights of a cell cannot be read.
    """
    dictionaries = {
        cell["cell"]: dictionary
        for cell in results.cells
        if (dictionary := results.dictionary(cell["cell"])) is not None
    }
    best = choose_best_cells([cell for cell in results.cells if cell["cell"] in dictionaries])
    cells: list[dict[str, Any]] = []
    size = 0
    for cell in best:
        shown = _show_cell(results, cell)
        size += _size(shown)
        if cells and size > allowance:
            break
        cells.append(shown)
    return {
        "dictionaries": [
            _show_dictionary(name, dictionary) for name, dictionary in dictionaries.items()
        ],
        "dictionary_bar": pictures.describe_colour_bar(
            DICTIONARY, "entry / largest entry of the dictionary"
        ),
        "cells": cells,
        "cells_out": [cell["cell"] for cell in best[len(cells) :]],
        "most": ATOMS,
        "seconds": SECONDS,
        # The last colour of the scale is too pale for a line.
        "colours": pictures.to_hex(spectrograms.list_colours(LINES)[:VALUES]),
        "x": pictures.place_ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
        "y": pictures.place_ticks(LEAST, 0, 4),
    }


def choose_best_cells(cells: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the cell with the highest PESQ for each m, the highest of these first."""
    ranked = sorted(cells, key=_negative_pesq)
    best = {cell["m"]: cell for cell in reversed(ranked)}
    return sorted(best.values(), key=_negative_pesq)


def vary_coefficient(codes: np.ndarray, atom: int, count: int) -> np.ndarray:
    """Return codes in which one coefficient goes through its range, shape (count, K).

    The coefficient goes in equal steps from its 1st to its 99th percentile. The other
    coefficients stay at their medians.

    Args:
        codes: The codes that percentiles and medians are taken over, shape (T, K).
        atom: The index of the coefficient.
        count: The number of codes.
    """
    varied = np.repeat(np.median(codes, axis=0)[None], count, axis=0)
    low, high = np.percentile(codes[:, atom], [1, 99])
    varied[:, atom] = np.linspace(low, high, count)
    return varied.astype(np.float32)


def synthesise_noise(power: np.ndarray, *, window: int, hop: int, length: int) -> np.ndarray:
    """Return noise whose frames have given power spectra, shape (length,), with a peak of 0.5.

    X[t, f] = sqrt(power[t, f]) e[t, f], where e is complex Gaussian noise with variance 1. This
    is a sample of the likelihood of SDM-VAE. The noise e is the same in every call.

    Args:
        power: The power spectra, shape (T, bins).
        window: The length of a frame in samples.
        hop: The step from one frame to the next in samples.
        length: The number of samples.
    """
    parts = np.random.default_rng(0).standard_normal((2, *power.shape))
    spectrogram = np.sqrt(power / 2) * (parts[0] + 1j * parts[1])
    samples = istft(spectrogram, window=window, hop=hop, length=length)
    return samples / (2 * np.abs(samples).max(initial=0.0) or 1.0)


def _negative_pesq(cell: Mapping[str, Any]) -> float:
    pesq = cell["pesq"]
    return -float(pesq) if pesq is not None and np.isfinite(pesq) else np.inf


def _show_dictionary(name: str, dictionary: np.ndarray) -> dict[str, Any]:
    largest = float(np.abs(dictionary).max()) or 1.0
    rows, columns = dictionary.shape
    return {
        "name": name,
        "m": rows,
        "atoms": columns,
        "largest": largest,
        "picture": pictures.embed_picture(dictionary.T[:, ::-1] / largest, DICTIONARY),
        "x": pictures.place_end_ticks(columns),
        "y": pictures.place_end_ticks(rows, downward=True),
    }


def _show_cell(results: Results, cell: Mapping[str, Any]) -> dict[str, Any]:
    # Only this function needs torch, and runs without a dictionary never call it.
    from sdmvae.training import saved

    name, stft = cell["cell"], results.settings.stft
    autoencoder = saved.load(results.weights(name))
    codes = np.concatenate([codes for _, codes in results.codes(name)])
    deviation = codes.std(axis=0, dtype=np.float64)
    order = np.argsort(-deviation, kind="stable")[:ATOMS]
    varied = [vary_coefficient(codes, atom, VALUES) for atom in order]
    spectra = _decode(autoencoder, np.concatenate(varied))
    reduced = spectrograms.average_blocks(spectra, rows=len(spectra), columns=BANDS)
    heights = 1 - spectrograms.to_decibels(reduced, float(spectra.max()), least=LEAST) / LEAST
    length = int(SECONDS * audio_file.SAMPLE_RATE)
    atoms = []
    for place, atom in enumerate(order):
        path = vary_coefficient(codes, atom, 1 + length // stft.hop)
        power = _decode(autoencoder, path)
        sound = synthesise_noise(power, window=stft.window, hop=stft.hop, length=length)
        own_heights = heights[place * VALUES : (place + 1) * VALUES]
        atoms.append(
            {
                "number": int(atom) + 1,
                "low": float(path[0, atom]),
                "high": float(path[-1, atom]),
                "lines": [pictures.draw_line(line) for line in own_heights],
                "sound": sounds.embed_sound(sound),
            }
        )
    return {"name": name, "m": cell["m"], "total": codes.shape[1], "atoms": atoms}


def _decode(autoencoder: "Autoencoder", codes: np.ndarray) -> np.ndarray:
    """Return the power spectra (T, bins) that the decoder makes of codes (T, K)."""
    import torch

    with torch.inference_mode():
        power = autoencoder.likelihood.expected_power(autoencoder.decode(torch.from_numpy(codes)))
    largest = float(np.finfo(np.float32).max)
    return np.asarray(np.nan_to_num(power.numpy().astype(np.float64), posinf=largest))


def _size(cell: Mapping[str, Any]) -> int:
    return sum(len(atom["sound"]) + sum(map(len, atom["lines"])) for atom in cell["atoms"])
