"""All test utterances of a cell, resynthesised and written, and frames that the cell draws."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae.autoencoder import Autoencoder
from sdmvae.dsp import audio_file
from sdmvae.evaluation import energy_distance
from sdmvae.evaluation.drawn_frames import energy_distances
from sdmvae.evaluation.even_frames import EvenFrames, FrameStore, choose
from sdmvae.evaluation.phase import write_speech
from sdmvae.evaluation.resynthesis import NO_PRIORS, Analysis, Settings, resynthesise
from sdmvae.nn.priors import Prior
from sdmvae.runtime.seeds import seed_for

NO_FRAMES = np.empty((0, 0), np.float32)
# These have three digits only, in a half of the space: statistics of them need no more.
HALF_PRECISION = ("kl_by_dimension", "signal_to_noise")


def write_resynthesis(
    autoencoder: Autoencoder,
    names: Iterable[str],
    speech: Path,
    folder: Path,
    settings: Settings,
    *,
    seed: int,
    cell: str,
    priors: Mapping[str, Prior] = NO_PRIORS,
    training: FrameStore = NO_FRAMES,
) -> int:
    """Resynthesise utterances and write their speech, their codes and the terms of the bound.

    Frames that are drawn from priors are compared with frames of the same utterances, and with
    training frames.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        names: The utterances' paths below `speech`.
        speech: The folder of the original speech.
        folder: An empty path, of which a folder is made: ``speech/``, ``codes.npy``, those of
            ``hard_codes.npy``, ``kl_by_dimension.npy`` and ``signal_to_noise.npy`` that the model
            makes, ``dictionary.npy`` if it has one, ``bounds.csv`` with one row per utterance, and
            ``energy_distances.json`` as `energy_distances` returns them, from ``test`` frames and
            from ``training`` frames.
        settings: How to analyse and to decode.
        seed: The seed of the run.
        cell: What the random numbers are drawn for, besides the seed.
        priors: The priors that were fitted to the model, by name.
        training: The log-power of all training frames.

    Returns:
        The number of frames.

    Raises:
        audio_file.AudioError: An utterance cannot be read.
    """
    analyses, bounds = list[Analysis](), []
    real = EvenFrames(energy_distance.FRAMES)
    for name in names:
        samples, peak = audio_file.read_normalised(speech / name)
        utterance_seed = seed_for(seed, cell, "resynthesis", name)
        estimate, analysis = resynthesise(autoencoder, samples, settings, utterance_seed, priors)
        write_speech(folder / "speech" / name, estimate * peak)
        means = {key: bound.mean() for key, bound in analysis.bounds.items()}
        bounds.append({"path": name, "frames": len(analysis.codes), **means})
        real.add(analysis.log_power)
        # The spectra of all frames are too much to keep.
        analyses.append(analysis._replace(power=np.empty(0), log_power=np.empty(0)))
    for key in ("codes", "hard_codes", *HALF_PRECISION):
        parts = [part for each in analyses if (part := getattr(each, key)) is not None]
        if parts:
            np.save(folder / f"{key}.npy", _pack(np.concatenate(parts), key))
    if autoencoder.model.dictionary is not None:
        dictionary = autoencoder.model.dictionary.detach().cpu().numpy()
        np.save(folder / "dictionary.npy", dictionary)
    drawn_seed = seed_for(seed, cell, "drawn frames")
    sets = {"test": real.frames(), "training": choose(training, energy_distance.FRAMES)}
    distances = energy_distances(autoencoder, priors, sets, settings.floor, drawn_seed)
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
