"""What the stages share: places of outputs, the cell of a stage, checks of parameters."""

import sys
from pathlib import Path

from sdmvae.params import Cell, ParameterError, Params

DATA, METRICS = Path("data"), Path("metrics")
SPEECH, FRAMES = DATA / "speech", DATA / "frames"
MANIFEST, LEFT_OUT = DATA / "manifest.csv", DATA / "left_out.csv"


def declared_cell(settings: Params) -> Cell:
    """Return the cell that the command line names, such as ``sdm-dct64-m32``.

    Raises:
        ParameterError: params.yaml declares no such cell.
    """
    name = " ".join(sys.argv[1:])
    for cell in settings.cells:
        if cell.name == name:
            return cell
    raise ParameterError(
        f"there is no cell {name!r} in params.yaml; there are "
        + ", ".join(cell.name for cell in settings.cells)
    )


def check_cells(settings: Params) -> None:
    """Build the model of every declared cell, and the likelihood, once.

    Raises:
        ParameterError: One of them cannot be built; the message names its key.
    """
    import torch  # it takes seconds, and some stages that import this module do without it

    from sdmvae import models
    from sdmvae.nn import likelihoods
    from sdmvae.runtime.plugins import PluginError

    bins, generator = settings.stft.window // 2 + 1, torch.Generator().manual_seed(0)
    for cell in settings.cells:
        variant = settings.variants[cell.variant]
        try:
            models.build(variant.model, variant.arguments, m=cell.m, bins=bins, generator=generator)
        except PluginError as error:
            raise ParameterError(
                f"params.yaml: variants.{cell.variant} at m = {cell.m}: {error}"
            ) from error
    try:
        likelihoods.build(settings.train.likelihood, settings.train.representation)
    except PluginError as error:
        raise ParameterError(f"params.yaml: train.{error}") from error


def check_device(device: str) -> None:
    """Check that the device of ``train.device`` exists on this machine.

    Raises:
        ParameterError: There is no such device.
    """
    import torch

    if device != "cpu":
        index = int(device.partition(":")[2] or 0)
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if index >= count:
            raise ParameterError(
                f"params.yaml: train.device: {device!r}: this machine has {count} CUDA devices; "
                "cpu always works"
            )
