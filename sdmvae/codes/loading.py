"""A trained cell from its folder, on the device that the caller wants."""

from os import PathLike

import torch

from sdmvae.codes import about, finding
from sdmvae.codes.arithmetic import pipeline_arithmetic
from sdmvae.codes.cell import TrainedCell
from sdmvae.codes.exported import check_files
from sdmvae.evaluation import fitted_priors
from sdmvae.training import saved
from sdmvae.training.device import check_device


@pipeline_arithmetic()
def load(
    cell: str | PathLike[str], seed: str | int | None = None, device: str = "cpu"
) -> TrainedCell:
    """Load a trained cell.

    Args:
        cell: As `finding.find` takes it.
        seed: A seed; None for the lowest.
        device: "cpu", a CUDA device, or "auto" for a CUDA device if there is one.

    Raises:
        finding.CellError: There is no such cell, or its files are not those that were exported.
        saved.WeightsError: Its weights or its configuration cannot be used.
        fitted_priors.PriorError: A prior cannot be used.
        DeviceError: There is no such device.
    """
    files = finding.find(cell, seed)
    check_files(files.weights)
    transform = saved.load_configuration(files.weights).transform
    if transform is None:
        raise finding.CellError(f"{files.weights}: was not trained on frames of speech")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    check_device(device, "device")
    autoencoder = saved.load(files.weights).to(device)
    priors = fitted_priors.load(files.priors) if files.priors.is_dir() else {}
    placed = {name: prior.to(device) for name, prior in priors.items()}
    return TrainedCell(autoencoder, transform, placed, about.read(files))
