"""Small networks, and random numbers for them."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from sdmvae import autoencoder
from sdmvae.autoencoder import Autoencoder
from sdmvae.params import CellConfiguration


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Give PyTorch one thread: where matrices are this small, threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def seeded(seed: int = 0) -> torch.Generator:
    """Return a generator with a seed."""
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0, scale: float = 1.0) -> torch.Tensor:
    """Return standard normal numbers times `scale`, float64."""
    return scale * torch.randn(*shape, generator=seeded(seed), dtype=torch.float64)


def configuration(
    model: str = "vae", arguments: dict[str, Any] | None = None, **changes: Any
) -> CellConfiguration:
    """Return the configuration of a small network.

    Args:
        model: The name of the model.
        arguments: The model's own arguments.
        changes: Other fields of the configuration.
    """
    fields: dict[str, Any] = {
        "model": model,
        "arguments": arguments or {},
        "m": 3,
        "bins": 9,
        "hidden": [16],
        "encoder_input": "log-power",
        "likelihood": "itakura-saito",
        "representation": "power",
        "transform": None,
    }
    return CellConfiguration(**{**fields, **changes})


def build(
    model: str = "vae", arguments: dict[str, Any] | None = None, seed: int = 0, **changes: Any
) -> Autoencoder:
    """Return an untrained small autoencoder; the arguments are those of `configuration`."""
    return autoencoder.build(configuration(model, arguments, **changes), seeded(seed))


def log_power(frames: int = 6, bins: int = 9, seed: int = 1) -> torch.Tensor:
    """Return the log-power of noise, shape (frames, bins), float32."""
    power = torch.empty(frames, bins).exponential_(generator=seeded(seed)) + 1e-6
    return power.log()
