"""Section of the page: dictionaries of SDM-VAE, and what their atoms look and sound like."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.dsp.stft import istft
from sdmvae.evaluation.results import Results
from sdmvae.figures import spectrograms
from sdmvae.report import budget, pictures, sounds

if TYPE_CHECKING:
    from sdmvae.autoencoder import Autoencoder

ATOMS = 12  # of a cell, the most used
VALUES = 5  # of a coefficient
SECONDS = 1.0
BANDS = 129
LEAST = -70.0  # dB, where the axis of the spectra begins
DICTIONARY = spectrograms.Scale("RdBu_r", -1.0, 1.0, 25)
LINES = spectrograms.Scale("viridis", 0.0, 1.0, VALUES + 1)


def section(results: Results, allowance: int = budget.ATOMS) -> dict[str, Any]:
    """What atoms.html shows: every dictionary, and the atoms of the best cell for each m.

    The best is that with the highest PESQ. Cells whose atoms do not fit into `allowance`
    characters are left out, those with the lowest PESQ first. Raises saved.WeightsError where
    a cell's weights are not to be had.
    """
    dictionaries = {
        cell["cell"]: found
        for cell in results.cells
        if (found := results.dictionary(cell["cell"])) is not None
    }
    best = _best([cell for cell in results.cells if cell["cell"] in dictionaries])
    cells, size = [], 0
    for cell in best:
        made = _cell(results, cell)
        size += _size(made)
        if cells and size > allowance:
            break
        cells.append(made)
    return {
        "dictionaries": [_dictionary(*each) for each in dictionaries.items()],
        "dictionary_bar": pictures.bar(DICTIONARY, "entry / the dictionary's largest"),
        "cells": cells,
        "cells_out": [each["cell"] for each in best[len(cells) :]],
        "most": ATOMS,
        "seconds": SECONDS,
        "colours": ["#{:02x}{:02x}{:02x}".format(*each) for each in _colours()],
        "x": pictures.ticks(0, audio_file.SAMPLE_RATE / 2000, 4),
        "y": pictures.ticks(LEAST, 0, 4),
    }


def path_of_coefficient(codes: np.ndarray, atom: int, count: int) -> np.ndarray:
    """Codes (count, K) in which one atom's coefficient moves through its range.

    It goes in equal steps from the 1st to the 99th percentile over the frames of `codes` (T, K);
    the other coefficients stay at their medians.
    """
    path = np.repeat(np.median(codes, axis=0)[None], count, axis=0)
    low, high = np.percentile(codes[:, atom], [1, 99])
    path[:, atom] = np.linspace(low, high, count)
    return path.astype(np.float32)


def noise(power: np.ndarray, *, window: int, hop: int, length: int) -> np.ndarray:
    """Noise (length,) whose frames have the power spectra `power` (T, bins), peak one half.

    X[t, f] = sqrt(power[t, f]) e[t, f], e complex Gaussian of variance 1, always the same draw:
    a sample of the likelihood of SDM-VAE.
    """
    parts = np.random.default_rng(0).standard_normal((2, *power.shape))
    spectrogram = np.sqrt(power / 2) * (parts[0] + 1j * parts[1])
    samples = istft(spectrogram, window=window, hop=hop, length=length)
    return samples / (2 * np.abs(samples).max(initial=0.0) or 1.0)


def _best(cells: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The cell of the highest PESQ for each m, and the highest of these first."""
    ranked = sorted(cells, key=_badness)
    first = {cell["m"]: cell for cell in reversed(ranked)}
    return sorted(first.values(), key=_badness)


def _badness(cell: Mapping[str, Any]) -> float:
    pesq = cell["pesq"]
    return -pesq if pesq is not None and np.isfinite(pesq) else np.inf


def _dictionary(name: str, dictionary: np.ndarray) -> dict[str, Any]:
    largest = float(np.abs(dictionary).max()) or 1.0
    rows, columns = dictionary.shape
    return {
        "name": name,
        "m": rows,
        "atoms": columns,
        "largest": largest,
        "picture": pictures.png(dictionary.T[:, ::-1] / largest, DICTIONARY),
        "x": pictures.ends(columns),
        "y": pictures.ends(rows, downward=True),
    }


def _cell(results: Results, cell: Mapping[str, Any]) -> dict[str, Any]:
    from sdmvae.training import saved

    name, stft = cell["cell"], results.settings.stft
    autoencoder = saved.load(results.data / "models" / name)
    codes = np.concatenate([each for _, each in results.codes(name)])
    deviation = codes.std(axis=0, dtype=np.float64)
    order = np.argsort(-deviation, kind="stable")[:ATOMS]
    paths = [path_of_coefficient(codes, atom, VALUES) for atom in order]
    spectra = _decoded(autoencoder, np.concatenate(paths))
    peak = float(spectra.max())
    reduced = spectrograms.reduced(spectra, rows=len(spectra), columns=BANDS)
    heights = 1 - spectrograms.decibels(reduced, peak, least=LEAST) / LEAST
    length = int(SECONDS * audio_file.SAMPLE_RATE)
    atoms = []
    for place, atom in enumerate(order):
        path = path_of_coefficient(codes, atom, 1 + length // stft.hop)
        sound = noise(_decoded(autoencoder, path), window=stft.window, hop=stft.hop, length=length)
        atoms.append(
            {
                "number": int(atom) + 1,
                "low": float(path[0, atom]),
                "high": float(path[-1, atom]),
                "lines": [_line(each) for each in heights[place * VALUES : (place + 1) * VALUES]],
                "sound": sounds.flac(sound),
            }
        )
    return {"name": name, "m": cell["m"], "total": codes.shape[1], "atoms": atoms}


def _decoded(autoencoder: "Autoencoder", codes: np.ndarray) -> np.ndarray:
    """Power spectra (T, bins), float64, that the decoder makes of codes (T, K)."""
    import torch

    with torch.inference_mode():
        power = autoencoder.likelihood.expected_power(autoencoder.decode(torch.from_numpy(codes)))
    return np.nan_to_num(power.numpy().astype(np.float64), posinf=np.finfo(np.float32).max)


def _line(heights: np.ndarray) -> str:
    """Path of `heights`, 0 to 1, in a box of 100 by 100."""
    x = np.linspace(0, 100, len(heights))
    points = [f"{across:.1f} {100 - 100 * up:.1f}" for across, up in zip(x, heights, strict=True)]
    return "M" + "L".join(points)


def _colours() -> list[tuple[int, int, int]]:
    """Of the lines, from the lowest value to the highest: dark to bright, without the palest."""
    return spectrograms.palette(LINES)[:VALUES]


def _size(cell: Mapping[str, Any]) -> int:
    return sum(len(atom["sound"]) + sum(map(len, atom["lines"])) for atom in cell["atoms"])
