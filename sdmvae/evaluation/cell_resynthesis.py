"""All test utterances of a cell, resynthesised and written."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae.autoencoder import Autoencoder
from sdmvae.dsp import audio_file
from sdmvae.evaluation.resynthesis import Settings, resynthesise
from sdmvae.runtime.seeds import seed_for

BOUNDS = ["path", "frames", "elbo", "reconstruction", "kl", "iwae"]


def write_resynthesis(
    autoencoder: Autoencoder,
    names: Iterable[str],
    speech: Path,
    folder: Path,
    settings: Settings,
    *,
    seed: int,
    cell: str,
) -> int:
    """Resynthesise utterances and write their speech, their codes and the terms of the bound.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        names: The utterances' paths below `speech`.
        speech: The folder of the original speech.
        folder: An empty path, of which a folder is made: ``speech/``, ``codes.npy``,
            ``hard_codes.npy`` if the model makes any, ``dictionary.npy`` if it has one, and
            ``bounds.csv`` with one row per utterance.
        settings: How to analyse and to decode.
        seed: The seed of the run.
        cell: What the random numbers are drawn for, besides the seed.

    Returns:
        The number of frames.

    Raises:
        audio_file.AudioError: An utterance cannot be read.
    """
    codes, hard_codes, bounds = [], [], []
    for name in names:
        samples, peak = audio_file.read_normalised(speech / name)
        utterance_seed = seed_for(seed, cell, "resynthesis", name)
        estimate, analysis = resynthesise(autoencoder, samples, settings, utterance_seed)
        target = (folder / "speech" / name).with_suffix(".wav")
        target.parent.mkdir(parents=True, exist_ok=True)
        audio_file.write(target, estimate * peak, format="WAV", subtype="PCM_16")
        codes.append(analysis.codes)
        if analysis.hard_codes is not None:
            hard_codes.append(analysis.hard_codes)
        reconstruction, kl = analysis.reconstruction.mean(), analysis.kl.mean()
        terms = (-(reconstruction + kl), reconstruction, kl, analysis.iwae.mean())
        bounds.append((name, len(analysis.codes), *terms))
    np.save(folder / "codes.npy", np.concatenate(codes))
    if hard_codes:
        np.save(folder / "hard_codes.npy", np.concatenate(hard_codes))
    if autoencoder.model.dictionary is not None:
        dictionary = autoencoder.model.dictionary.detach().cpu().numpy()
        np.save(folder / "dictionary.npy", dictionary)
    pd.DataFrame(bounds, columns=BOUNDS).to_csv(folder / "bounds.csv", index=False)
    return sum(map(len, codes))
