"""One cell and seed -> fitted priors, test speech with its own phase, codes and likelihood."""

import pandas as pd
import torch

from sdmvae import params
from sdmvae.dataset.frames import Frames
from sdmvae.dsp.audio_file import AudioError
from sdmvae.evaluation import cell_resynthesis, fitted_priors, resynthesis
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import device, saved
from stages._common import DATA, FRAMES, MANIFEST, TEST_SPEECH, declared_training


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, device.DeviceError, saved.WeightsError, AudioError):
        settings = params.read()
        training = declared_training(settings)
        device.check_device(settings.train.device)
        run(training, settings)


def run(training: params.Training, settings: params.Params) -> None:
    """Fit the priors of the trained cell, and resynthesise every test utterance."""
    torch.set_num_threads(1)
    device_name, seed_name = settings.train.device, training.cell.seed_name
    weights = DATA / "models" / training.folder
    saved.check_transform(weights, settings.transform)
    autoencoder = saved.load(weights).to(device_name)
    frames = Frames(FRAMES / "train.npy")
    # This takes half a second, and a stage of its own would take seconds to start.
    priors = fitted_priors.fit(autoencoder, frames, seed_for(training.seed, seed_name, "prior"))
    manifest = pd.read_csv(MANIFEST)
    test = manifest.loc[manifest["split"] == "test", "path"]
    folder = DATA / "resynthesis" / training.folder
    with atomic_path(folder, replace_folder=True) as part:
        count = cell_resynthesis.write_resynthesis(
            autoencoder,
            progress(test, f"resynthesize {training.name}", len(test), "file"),
            TEST_SPEECH,
            part,
            resynthesis.Settings.from_params(settings),
            seed=training.seed,
            cell=seed_name,
            priors={key: prior.to(device_name) for key, prior in priors.items()},
            training=frames,
        )
    with atomic_path(DATA / "priors" / training.folder, replace_folder=True) as part:
        fitted_priors.save(part, priors)
    print_done(f"resynthesize {training.name}: {len(test)} utterances, {count} frames", folder)


if __name__ == "__main__":
    main()
