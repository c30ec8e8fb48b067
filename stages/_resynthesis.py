"""The long work of the stage resynthesize, which any machine that sees the folder can do."""

import secrets
from pathlib import Path

import pandas as pd
import torch

from sdmvae import params
from sdmvae.dataset.frames import Frames
from sdmvae.evaluation import cell_resynthesis, fitted_priors, resynthesis
from sdmvae.runtime.progress import progress
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import device, saved
from stages._common import DATA, FRAMES, MANIFEST, TEST_SPEECH


def resynthesise(
    training: params.Training, settings: params.Params, attempts: Path
) -> tuple[Path, str, fitted_priors.Priors]:
    """Fit the priors of a trained cell, and resynthesise every test utterance.

    Args:
        training: The cell and the seed.
        settings: All parameters.
        attempts: A folder. What is written lies in a new folder inside it, because another machine
            may have begun the same work and not know yet that it shall end.

    Returns:
        The new folder, the numbers of utterances and of frames in words, and the priors.

    Raises:
        DeviceError, WeightsError: The device is not there, or the weights cannot be used.
        AudioError: An utterance cannot be read.
    """
    device.check_device(settings.train.device)
    torch.set_num_threads(1)
    device_name, seed_name = settings.train.device, training.cell.seed_name
    weights = DATA / "models" / training.folder
    saved.check_transform(weights, settings.transform)
    autoencoder = saved.load(weights).to(device_name)
    frames = Frames(FRAMES / "train.npy")
    # This takes half a second, and a stage of its own would take seconds to start.
    priors = fitted_priors.fit(autoencoder, frames, seed_for(training.seed, seed_name, "prior"))
    test = pd.read_csv(MANIFEST).query("split == 'test'")["path"]
    folder = attempts / secrets.token_hex(8)
    count = cell_resynthesis.write_resynthesis(
        autoencoder,
        progress(test, f"resynthesize {training.name}", len(test), "file"),
        TEST_SPEECH,
        folder,
        resynthesis.Settings.from_params(settings),
        seed=training.seed,
        cell=seed_name,
        priors={key: prior.to(device_name) for key, prior in priors.items()},
        training=frames,
    )
    counts = f"{len(test)} utterances, {count} frames"
    return folder, counts, {key: prior.cpu() for key, prior in priors.items()}
