"""One cell -> test speech with the original phase, its codes and the terms of the bound."""

import pandas as pd
import torch

from sdmvae import params
from sdmvae.dsp.audio_file import AudioError
from sdmvae.evaluation import cell_resynthesis, fitted_priors, resynthesis
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.training import device, saved
from stages._common import DATA, MANIFEST, SPEECH, declared_cell


def main() -> None:
    """Run the stage."""
    errors = (params.ParameterError, device.DeviceError, saved.WeightsError, AudioError)
    with exit_on(*errors, fitted_priors.PriorError):
        settings = params.read()
        cell = declared_cell(settings)
        device.check_device(settings.train.device)
        run(cell, settings)


def run(cell: params.Cell, settings: params.Params) -> None:
    """Resynthesise every test utterance through the cell."""
    torch.set_num_threads(1)
    autoencoder = saved.load(DATA / "models" / cell.name).to(settings.train.device)
    priors = fitted_priors.load(DATA / "priors" / cell.name)
    manifest = pd.read_csv(MANIFEST)
    test = manifest.loc[manifest["split"] == "test", "path"]
    folder = DATA / "resynthesis" / cell.name
    with atomic_path(folder, replace_folder=True) as part:
        frames = cell_resynthesis.write_resynthesis(
            autoencoder,
            progress(test, f"resynthesize {cell.name}", len(test), "file"),
            SPEECH,
            part,
            resynthesis.Settings.from_params(settings),
            seed=settings.train.seed,
            cell=cell.seed_name,
            priors={name: prior.to(settings.train.device) for name, prior in priors.items()},
        )
    print_done(f"resynthesize {cell.name}: {len(test)} utterances, {frames} frames", folder)


if __name__ == "__main__":
    main()
