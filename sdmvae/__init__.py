"""Sparse variational autoencoders of speech: models, training, resynthesis, scores, tables."""

import importlib
from os import PathLike
from typing import Any

__all__ = ["load"]


def load(cell: str | PathLike[str], *, seed: int | None = None, device: str = "cpu") -> Any:
    """Load a trained cell, for its codes and its speech.

    Args:
        cell: The folder of a trained cell (``data/models/vae-m32``, or that of one seed in it), a
            folder that ``sdmvae export`` has written, or the name of a cell in ``data/models``.
        seed: The seed that it was trained with; by default, the lowest.
        device: "cpu", a CUDA device, or "auto" for a CUDA device if there is one. The same bytes
            as the pipeline's are promised for "cpu" only.

    Returns:
        The cell, an `sdmvae.codes.cell.TrainedCell`.

    Raises:
        ValueError: There is no such cell, or its files cannot be used; the message is one line.
        OSError: A file cannot be read.
    """
    # Imported here, because PyTorch takes seconds. Statements of import would make every stage
    # depend on the code below them.
    determinism = importlib.import_module("sdmvae.runtime.determinism")
    with determinism.pinned_instructions():
        return importlib.import_module("sdmvae.codes.loading").load(cell, seed, device)
