"""Trained autoencoders on disk: safetensors, and beside them the configuration that builds one."""

from pathlib import Path

import pydantic
import safetensors
import safetensors.torch
import torch

from sdmvae.autoencoder import Autoencoder, Decoder, Encoder, build
from sdmvae.params import CellConfiguration, Transform
from sdmvae.training.file_names import CONFIGURATION, WEIGHTS


class WeightsError(ValueError):
    """A folder does not hold a trained autoencoder; the message is one line."""


def save(folder: Path, configuration: CellConfiguration, weights: dict[str, torch.Tensor]) -> None:
    """Write configuration.json and weights.safetensors.

    Args:
        folder: An existing folder.
        configuration: What builds the autoencoder.
        weights: Its weights by name.
    """
    text = configuration.model_dump_json(indent=2)
    (folder / CONFIGURATION).write_text(text + "\n", encoding="utf-8")
    contiguous = {name: tensor.contiguous() for name, tensor in weights.items()}
    (folder / WEIGHTS).write_bytes(safetensors.torch.save(contiguous))


def load(
    folder: Path, *, encoder: Encoder | None = None, decoder: Decoder | None = None
) -> Autoencoder:
    """Read the autoencoder that is saved in a folder.

    Args:
        folder: The folder.
        encoder: The network of your own that it was built with, if any.
        decoder: The network of your own that it was built with, if any.

    Returns:
        The autoencoder, in eval mode.

    Raises:
        WeightsError: A file is missing or broken, or names or shapes are not the model's.
    """
    configuration = load_configuration(folder)
    try:
        generator = torch.Generator().manual_seed(0)
        autoencoder = build(configuration, generator, encoder=encoder, decoder=decoder)
        weights = safetensors.torch.load_file(folder / WEIGHTS)
    except (OSError, ValueError, KeyError, RuntimeError, safetensors.SafetensorError) as error:
        reason = str(error).partition("\n")[0]
        raise WeightsError(f"{folder}: not a trained autoencoder: {reason}") from error
    expected = {name: tuple(tensor.shape) for name, tensor in autoencoder.state_dict().items()}
    actual = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
            raise WeightsError(
                f"{folder}: weights {name}: shape {actual.get(name, 'none')}, "
                f"where the model has {expected.get(name, 'none')}"
            )
    autoencoder.load_state_dict(weights)
    return autoencoder.eval()


def load_configuration(folder: Path) -> CellConfiguration:
    """Read what builds the autoencoder that is saved in a folder, and the transform of its frames.

    Args:
        folder: The folder.

    Raises:
        WeightsError: The file is missing or broken, or a value is not allowed.
    """
    try:
        text = (folder / CONFIGURATION).read_text(encoding="utf-8")
        return CellConfiguration.model_validate_json(text)
    except pydantic.ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "the file"
        raise WeightsError(
            f"{folder}: not a trained autoencoder: {CONFIGURATION}: {where}: {problem['msg']}"
        ) from error
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise WeightsError(f"{folder}: not a trained autoencoder: {reason}") from error


def check_transform(folder: Path, transform: Transform) -> None:
    """Check that frames are made as those were that a saved autoencoder was trained on.

    Args:
        folder: The folder of the autoencoder.
        transform: What makes the frames.

    Raises:
        WeightsError: They are made in another way; the message names what differs.
    """
    trained = load_configuration(folder).transform
    for name, value in transform:
        if trained and (expected := getattr(trained, name)) != value:
            raise WeightsError(f"{folder}: was trained with the {name} {expected}, not {value}")
