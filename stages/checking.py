"""Checks of parameters that need more than their shape."""

import torch

from sdmvae import models, params


def check_models(settings: params.Params) -> None:
    """Build every declared cell's model once; raises models.ModelError naming the variant."""
    bins, generator = settings.stft.window // 2 + 1, torch.Generator().manual_seed(0)
    for cell in settings.cells:
        variant = settings.variants[cell.variant]
        try:
            models.build(variant.model, variant.arguments, m=cell.m, bins=bins, generator=generator)
        except models.ModelError as error:
            raise models.ModelError(
                f"params.yaml: variants.{cell.variant} at m = {cell.m}: {error}"
            ) from error


def check_device(device: str) -> None:
    """Raises params.ParameterError where `device` cannot be used on this machine."""
    if device != "cpu":
        index = int(device.partition(":")[2] or 0)
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if index >= count:
            raise params.ParameterError(
                f"params.yaml: train.device: {device!r}: this machine has {count} CUDA devices; "
                "cpu always works"
            )
