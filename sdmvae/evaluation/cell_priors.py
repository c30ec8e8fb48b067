"""The priors that are fitted to a cell, and how far frames that it draws are from speech."""

from collections.abc import Iterable
from pathlib import Path

from sdmvae.autoencoder import Autoencoder
from sdmvae.evaluation import energy_distance, fitted_priors
from sdmvae.evaluation.drawn_frames import Distances, energy_distances
from sdmvae.evaluation.even_frames import FrameStore, choose, read_even_frames
from sdmvae.params import Stft
from sdmvae.runtime.seeds import seed_for


def fit(
    autoencoder: Autoencoder,
    training: FrameStore,
    names: Iterable[str],
    speech: Path,
    how: Stft,
    *,
    seed: int,
    cell: str,
) -> tuple[fitted_priors.Priors, Distances]:
    """Fit priors to a trained autoencoder, and measure how far drawn frames are from speech.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        training: The log-power of all training frames.
        names: The test utterances' paths below `speech`.
        speech: The folder of the test speech.
        how: The window, the hop and the floor.
        seed: The seed of the run.
        cell: What the random numbers are drawn for, besides the seed.

    Returns:
        The priors, and what `energy_distances` returns for ``test`` frames and for ``training``
        frames.

    Raises:
        audio_file.AudioError: An utterance cannot be read.
    """
    priors = fitted_priors.fit(autoencoder, training, seed_for(seed, cell, "prior"))
    sets = {
        "test": read_even_frames(names, speech, energy_distance.FRAMES, how),
        "training": choose(training, energy_distance.FRAMES),
    }
    drawn = seed_for(seed, cell, "drawn frames")
    return priors, energy_distances(autoencoder, priors, sets, how.floor, drawn)
