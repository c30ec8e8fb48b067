"""The long work of the stage train, which any machine that sees the project folder can do."""

from pathlib import Path

import torch

from sdmvae import autoencoder, params
from sdmvae.dataset.frames import Frames
from sdmvae.runtime import code_digest
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import checkpoint, device, session
from sdmvae.training.loop import Trained
from sdmvae.training.settings import Settings
from stages._common import DATA, FRAMES, MODELS


def fit(
    training: params.Training, settings: params.Params, path: Path
) -> tuple[params.CellConfiguration, Trained]:
    """Train a cell with a seed, from the last epoch of an interrupted training on.

    Args:
        training: The cell and the seed.
        settings: All parameters.
        path: The checkpoint's file. It is left there, for the caller to remove.

    Returns:
        The configuration of the cell, and what it learned.

    Raises:
        DeviceError: The device of the parameters is not there.
        PluginError: The model cannot be built.
        TrainingError: Training cannot go on.
    """
    device.check_device(settings.train.device)
    device.refuse_random_results()
    cell, seed = training.cell, training.seed
    train_frames, validation_frames = (
        Frames(FRAMES / f"{part}.npy") for part in ("train", "validation")
    )
    configuration = settings.configuration(cell, bins=train_frames.shape[1])
    generator = torch.Generator().manual_seed(seed_for(seed, cell.seed_name, "weights"))
    untrained = autoencoder.build(configuration, generator)
    code = code_digest.closure(Path("stages/train.py"), skip_folders=[MODELS])
    digests = code_digest.digest([*train_frames.files, *validation_frames.files, *code])
    model = (DATA / "variants" / f"{cell.variant}.json").read_text()
    how = Settings.from_params(settings, training)
    key = checkpoint.key(configuration.model_dump(), vars(how), digests, model, torch.__version__)
    return configuration, session.train_resumably(
        untrained, train_frames, validation_frames, how, path=path, key=key
    )
