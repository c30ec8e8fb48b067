"""One cell and seed -> weights, their configuration and the training curve."""

from sdmvae import params
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from sdmvae.runtime.workers import run_one
from sdmvae.training import checkpoint, device, loop, saved, session
from stages._common import DATA, declared_training
from stages._training import fit


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, device.DeviceError, PluginError, loop.TrainingError):
        settings = params.read()
        run(declared_training(settings), settings)


def run(training: params.Training, settings: params.Params) -> None:
    """Train the cell with the seed, and write what it learned."""
    path = DATA / "checkpoints" / f"{training.name}.safetensors"
    configuration, trained = run_one(fit, training, settings, path)
    weights, curve = DATA / "models" / training.folder, DATA / "curves" / f"{training.folder}.csv"
    with atomic_path(weights, replace_folder=True) as folder:
        folder.mkdir()
        saved.save(folder, configuration, trained.weights)
    with atomic_path(curve) as part:
        session.write_curve(part, trained.curve)
    checkpoint.remove(path)
    print_done(f"train {training.name}: {trained.summary}", weights, curve)


if __name__ == "__main__":
    main()
