"""What the stages share: where outputs lie, and which cell a stage runs for."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from sdmvae.params import Cell, ParameterError, Params, Training

Declared = TypeVar("Declared")

DATA, METRICS = Path("data"), Path("metrics")
SPEECH, FRAMES = DATA / "speech", DATA / "frames"
TEST_SPEECH = SPEECH / "test"
MANIFEST, LEFT_OUT = DATA / "manifest.csv", DATA / "left_out.csv"
PHONES = DATA / "phones.csv"
TARGETS = DATA / "targets"
MODELS = Path("sdmvae/models")  # code; a cell runs one file of it, and what this imports


def declared_cell(settings: Params) -> Cell:
    """Return the cell that the command line names, such as ``sdm-dct64-m32``.

    Raises:
        ParameterError: params.yaml declares no such cell.
    """
    return _find("cell", {cell.name: cell for cell in settings.cells})


def declared_training(settings: Params) -> Training:
    """Return the cell and seed that the command line names, such as ``sdm-dct64-m32-0``.

    Raises:
        ParameterError: params.yaml declares no such cell, or no such seed.
    """
    return _find("cell with seed", {each.name: each for each in settings.trainings})


def _find(kind: str, declared: Mapping[str, Declared]) -> Declared:
    name = " ".join(sys.argv[1:])
    if name not in declared:
        raise ParameterError(
            f"there is no {kind} {name!r} in params.yaml; there are {', '.join(declared)}"
        )
    return declared[name]
