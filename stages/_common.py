"""What the stages share: where outputs lie, and which cell a stage runs for."""

import sys
from pathlib import Path

from sdmvae.params import Cell, ParameterError, Params

DATA, METRICS = Path("data"), Path("metrics")
SPEECH, FRAMES = DATA / "speech", DATA / "frames"
MANIFEST, LEFT_OUT = DATA / "manifest.csv", DATA / "left_out.csv"
MODELS = Path("sdmvae/models")  # code; a cell runs one file of it, and what this imports


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
