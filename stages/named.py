"""Which variant or cell a stage is run for."""

import os
import sys

from sdmvae.params import Cell, ParameterError, Params


def variant(settings: Params) -> str:
    """The variant of the command line or, under DVC, of the stage's name; ParameterError if none.

    Names are not written into the commands of dvc.yaml, so that none can reach a shell.
    """
    name = sys.argv[1] if len(sys.argv) > 1 else _of_stage()
    if name not in settings.variants:
        raise ParameterError(
            f"there is no variant {name!r} in params.yaml; there are {', '.join(settings.variants)}"
        )
    return name


def cell(settings: Params) -> Cell:
    """The cell of the command line, ``sdm-dct64 32``, or of the stage's name."""
    words = sys.argv[1:] or _of_stage().rsplit("-", 1)
    for each in settings.cells:
        if [each.variant, str(each.m)] == words:
            return each
    raise ParameterError(
        f"there is no cell {' '.join(words)!r} in params.yaml; there are "
        + ", ".join(f"{each.variant} {each.m}" for each in settings.cells)
    )


def _of_stage() -> str:
    return os.environ.get("DVC_STAGE", "").partition("@")[2]
