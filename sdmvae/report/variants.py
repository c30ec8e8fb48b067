"""What each variant is, and what the report has to know of its model."""

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sdmvae.evaluation.results import Results

if TYPE_CHECKING:
    from sdmvae.models.base import LatentModel


def describe_variants(results: Results) -> list[dict[str, Any]]:
    """Return the name, model, description and arguments of each variant.

    The description is the first line of the file of its model.
    """
    return [
        {
            "variant": name,
            "model": variant.model,
            "description": read_first_line(variant.model),
            "arguments": ", ".join(
                f"{key} {str(value).lower() if isinstance(value, bool) else value}"
                for key, value in variant.settings.items()
            ),
        }
        for name, variant in results.settings.variants.items()
    ]


def find_variant(results: Results, cell: Mapping[str, Any]) -> str:
    """Return the name of the variant that a cell belongs to."""
    return next(own.variant for own in results.settings.cells if own.name == cell["cell"])


def find_baselines(cells: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the baseline of each cell that has one, by the name of the cell.

    The baseline is the first cell of the same latent dimension whose model says of itself that it
    is one. It has no baseline itself.
    """
    bases: dict[int, str] = {}
    for cell in cells:
        if find_model(cell["model"]).is_baseline:
            bases.setdefault(cell["m"], cell["cell"])
    return {
        cell["cell"]: bases[cell["m"]]
        for cell in cells
        if bases.get(cell["m"], cell["cell"]) != cell["cell"]
    }


def read_first_line(model: str) -> str:
    """Return the first line of the docstring of a model's file, without the full stop."""
    module = importlib.import_module(find_model(model).__module__)
    return (module.__doc__ or model).strip().splitlines()[0].rstrip(".")


def find_model(name: str) -> "type[LatentModel]":
    """Return the class of a model by its name in params.yaml."""
    # The models import torch, which most sections of the report do not need.
    from sdmvae import models

    return models.find(name)
