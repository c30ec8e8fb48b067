"""Which cell a stage is run for."""

import os
import sys

from sdmvae.params import Cell, ParameterError, Params


def cell(settings: Params) -> Cell:
    """The cell of the command line, ``sdm-dct64 32``, or, under DVC, of the stage's name.

    Names are not written into the commands of dvc.yaml, so that none can reach a shell. Raises
    ParameterError for a cell there is not.
    """
    stage = os.environ.get("DVC_STAGE", "").partition("@")[2]
    words = sys.argv[1:] or stage.rsplit("-", 1)
    for each in settings.cells:
        if [each.variant, str(each.m)] == words:
            return each
    raise ParameterError(
        f"there is no cell {' '.join(words)!r} in params.yaml; there are "
        + ", ".join(f"{each.variant} {each.m}" for each in settings.cells)
    )
