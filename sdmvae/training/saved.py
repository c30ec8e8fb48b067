"""Trained autoencoders on disk: safetensors, and beside it the configuration that builds one."""

import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from sdmvae import models
from sdmvae.autoencoder import Autoencoder
from sdmvae.nn import likelihoods


class WeightsError(ValueError):
    """A folder does not hold a trained autoencoder; the message is one line."""


def build(configuration: dict[str, Any], generator: torch.Generator) -> Autoencoder:
    """An untrained autoencoder of `configuration`.

    That holds model, arguments, m, bins, likelihood, representation and encoder_input. Raises
    models.ModelError.
    """
    m, bins = configuration["m"], configuration["bins"]
    model = models.build(
        configuration["model"], configuration["arguments"], m=m, bins=bins, generator=generator
    )
    likelihood = likelihoods.build(configuration["likelihood"], configuration["representation"])
    return Autoencoder(bins, m, model, likelihood, configuration["encoder_input"], generator)


def save(folder: Path, configuration: dict[str, Any], weights: dict[str, torch.Tensor]) -> None:
    """Write configuration.json and weights.safetensors into `folder`, which exists."""
    text = json.dumps(configuration, indent=2, sort_keys=True)
    (folder / "configuration.json").write_text(text + "\n", encoding="utf-8")
    contiguous = {name: each.contiguous() for name, each in weights.items()}
    (folder / "weights.safetensors").write_bytes(safetensors.torch.save(contiguous))


def load(folder: Path) -> Autoencoder:
    """The autoencoder saved in `folder`, in eval mode.

    Raises:
        WeightsError: a file is missing or broken, or the names or shapes are not the model's.
    """
    try:
        configuration = json.loads((folder / "configuration.json").read_text(encoding="utf-8"))
        autoencoder = build(configuration, torch.Generator().manual_seed(0))
        weights = safetensors.torch.load_file(folder / "weights.safetensors")
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
        ArithmeticError,
        safetensors.SafetensorError,
    ) as error:
        reason = str(error).partition("\n")[0]
        raise WeightsError(f"{folder}: not a trained autoencoder: {reason}") from error
    expected = {name: tuple(each.shape) for name, each in autoencoder.state_dict().items()}
    found = {name: tuple(each.shape) for name, each in weights.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise WeightsError(
                f"{folder}: weights {name}: shape {found.get(name, 'none')}, "
                f"where the model has {expected.get(name, 'none')}"
            )
    autoencoder.load_state_dict(weights)
    return autoencoder.eval()
