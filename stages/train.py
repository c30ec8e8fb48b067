"""One cell and seed -> weights, their configuration and the training curve."""

from pathlib import Path

import torch

from sdmvae import autoencoder, params
from sdmvae.dataset.frames import Frames
from sdmvae.runtime import code_digest
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import checkpoint, device, loop, saved, session
from sdmvae.training.settings import Settings
from stages._common import DATA, FRAMES, MODELS, declared_training


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, device.DeviceError, PluginError, loop.TrainingError):
        settings = params.read()
        training = declared_training(settings)
        device.check_device(settings.train.device)
        run(training, settings)


def run(training: params.Training, settings: params.Params) -> None:
    """Train the cell with the seed, and write what it learned."""
    device.refuse_random_results()
    cell, seed = training.cell, training.seed
    train_frames, validation_frames = (
        Frames(FRAMES / "train.npy"),
        Frames(FRAMES / "validation.npy"),
    )
    configuration = settings.configuration(cell, bins=train_frames.shape[1])
    generator = torch.Generator().manual_seed(seed_for(seed, cell.seed_name, "weights"))
    untrained = autoencoder.build(configuration, generator)
    code = code_digest.closure(Path("stages/train.py"), skip_folders=[MODELS])
    digests = code_digest.digest([*train_frames.files, *validation_frames.files, *code])
    model = (DATA / "variants" / f"{cell.variant}.json").read_text()
    how = Settings.from_params(settings, training)
    key = checkpoint.key(configuration.model_dump(), vars(how), digests, model, torch.__version__)
    path = DATA / "checkpoints" / f"{training.name}.safetensors"
    trained = session.train_resumably(
        untrained, train_frames, validation_frames, how, path=path, key=key
    )
    weights, curve = DATA / "models" / training.folder, DATA / "curves" / f"{training.folder}.csv"
    with atomic_path(weights, replace_folder=True) as folder:
        folder.mkdir()
        saved.save(folder, configuration, trained.weights)
    with atomic_path(curve) as part:
        session.write_curve(part, trained.curve)
    path.unlink(missing_ok=True)
    print_done(f"train {training.name}: {trained.summary}", weights, curve)


if __name__ == "__main__":
    main()
