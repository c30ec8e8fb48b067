"""Test utterances of a cell, resynthesised and written, one by one and all together."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sdmvae.autoencoder import Autoencoder
from sdmvae.dsp import audio_file
from sdmvae.evaluation.drawn_frames import Distances
from sdmvae.evaluation.phase import write_speech
from sdmvae.evaluation.resynthesis import NO_PRIORS, Analysis, Settings, resynthesise
from sdmvae.nn.priors import Prior

# These have three digits only, in a half of the space: statistics of them need no more.
HALF_PRECISION = ("kl_by_dimension", "signal_to_noise")


class Utterance(NamedTuple):
    """An utterance that went through an autoencoder and back.

    Attributes:
        samples: The resynthesised samples, as loud as the original, shape (n,).
        analysis: What the autoencoder made of it, without the spectra, because those of all
            utterances together are too much to keep.
    """

    samples: np.ndarray
    analysis: Analysis


def resynthesise_file(
    autoencoder: Autoencoder,
    path: Path,
    settings: Settings,
    seed: int,
    priors: Mapping[str, Prior] = NO_PRIORS,
) -> Utterance:
    """Send an utterance on disk through an autoencoder.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        path: The utterance.
        settings: How to analyse and to decode.
        seed: The seed of every sample from the posterior.
        priors: The priors that were fitted to the model, by name.

    Raises:
        audio_file.AudioError: The utterance cannot be read.
    """
    samples, peak = audio_file.read_normalised(path)
    estimate, analysis = resynthesise(autoencoder, samples, settings, seed, priors)
    nothing = np.empty(0, np.float32)
    return Utterance(estimate * peak, analysis._replace(power=nothing, log_power=nothing))


def write_resynthesis(
    utterances: Iterable[tuple[str, Utterance]],
    folder: Path,
    dictionary: np.ndarray | None,
    distances: Distances,
) -> int:
    """Write the speech, the codes and the terms of the bound of all test utterances of a cell.

    Args:
        utterances: The utterances with their paths below the folder of the test speech.
        folder: An empty path, of which a folder is made: ``speech/``, ``codes.npy``, those of
            ``hard_codes.npy``, ``kl_by_dimension.npy`` and ``signal_to_noise.npy`` that the model
            makes, ``dictionary.npy`` if it has one, ``bounds.csv`` with one row per utterance, and
            ``energy_distances.json``.
        dictionary: The atoms of the cell in columns, shape (m, K), if it has a dictionary.
        distances: Those of frames that the cell draws.

    Returns:
        The number of frames.
    """
    analyses, bounds = list[Analysis](), []
    for name, (samples, analysis) in utterances:
        write_speech(folder / "speech" / name, samples)
        means = {key: bound.mean() for key, bound in analysis.bounds.items()}
        bounds.append({"path": name, "frames": len(analysis.codes), **means})
        analyses.append(analysis)
    for key in ("codes", "hard_codes", *HALF_PRECISION):
        parts = [part for each in analyses if (part := getattr(each, key)) is not None]
        if parts:
            np.save(folder / f"{key}.npy", _pack(np.concatenate(parts), key))
    if dictionary is not None:
        np.save(folder / "dictionary.npy", dictionary)
    text = json.dumps(distances, indent=2) + "\n"
    (folder / "energy_distances.json").write_text(text, encoding="utf-8")
    table = pd.DataFrame(bounds)
    table.to_csv(folder / "bounds.csv", index=False)
    return int(table["frames"].sum())


def _pack(values: np.ndarray, key: str) -> np.ndarray:
    if key not in HALF_PRECISION:
        return values
    largest = np.finfo(np.float16).max
    return values.clip(-largest, largest).astype(np.float16)
