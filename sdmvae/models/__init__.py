"""One small file for each model; params.yaml names the file and gives the class its arguments."""

import sys
from collections.abc import Mapping
from typing import Any

import torch

from sdmvae.models.base import LatentModel
from sdmvae.runtime import plugins


def names() -> list[str]:
    """Return the names of the models, as params.yaml writes them."""
    return plugins.names(sys.modules[__name__])


def find(name: str) -> type[LatentModel]:
    """Return the class of a model; raise plugins.PluginError if there is none."""
    return plugins.find(sys.modules[__name__], LatentModel, "model", name)


def build(
    name: str, arguments: Mapping[str, Any], *, m: int, bins: int, generator: torch.Generator
) -> LatentModel:
    """Construct a model.

    Args:
        name: The name of its file.
        arguments: What params.yaml sets besides the model's name.
        m: The latent dimension.
        bins: The number of frequency bins of a frame.
        generator: The source of the model's initial weights.

    Raises:
        plugins.PluginError: There is no such model, or it refuses an argument.
    """
    given = {"m": m, "bins": bins, "generator": generator}
    return plugins.build(sys.modules[__name__], LatentModel, "model", name, arguments, given)
