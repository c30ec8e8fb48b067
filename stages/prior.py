"""One cell -> the priors that are fitted to its codes of training speech, for its likelihood."""

import torch

from sdmvae import params
from sdmvae.dataset.frames import Frames
from sdmvae.evaluation import fitted_priors
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import device, saved
from stages._common import DATA, FRAMES, declared_cell


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, device.DeviceError, saved.WeightsError):
        settings = params.read()
        cell = declared_cell(settings)
        device.check_device(settings.train.device)
        run(cell, settings)


def run(cell: params.Cell, settings: params.Params) -> None:
    """Fit the priors of the cell; there are none if its model has no likelihood."""
    torch.set_num_threads(1)
    autoencoder = saved.load(DATA / "models" / cell.name).to(settings.train.device)
    seed = seed_for(settings.train.seed, cell.seed_name, "prior")
    frames = Frames(FRAMES / "train.npy")
    samples = fitted_priors.sample_aggregate_posterior(autoencoder, frames, seed)
    priors = fitted_priors.fit(samples, seed)
    folder = DATA / "priors" / cell.name
    with atomic_path(folder, replace_folder=True) as part:
        part.mkdir()
        fitted_priors.save(part, priors)
    print_done(f"prior {cell.name}: {', '.join(priors) or 'none'}", folder)


if __name__ == "__main__":
    main()
