"""The pipeline's arithmetic for the calls of a loaded cell, in a process that has its own settings.

A stage chooses instructions and one thread before it imports a library. A program that has
imported NumPy already has as many threads as processors, and then OpenBLAS adds the terms of a
matrix product in another order: codes differ by some 1e-6. So every call has one thread, and gives
the old number back. The instructions cannot be changed after the import; on a processor with
AVX-512 the bytes are those of the pipeline only if `sdmvae.load` comes before `import numpy`.
"""

import ctypes
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from sdmvae.runtime.determinism import pinned_instructions

# NumPy's wheels rename the functions of OpenBLAS; other builds have the plain names.
_AFFIXES = [(before, after) for before in ("scipy_", "") for after in ("64_", "")]


@contextmanager
def pipeline_arithmetic() -> Iterator[None]:
    """Compute as the stages do, with one thread and single precision; then restore the settings."""
    threads, precision = torch.get_num_threads(), torch.get_default_dtype()
    products = _openblas_threads()
    with pinned_instructions():
        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float32)
        _set_openblas_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            torch.set_default_dtype(precision)
            if products:
                _set_openblas_threads(products)


def _openblas_threads() -> int | None:
    """Return the number of threads of NumPy's products; None if they are not OpenBLAS's."""
    function = _openblas("get_num_threads")
    return int(function()) if function else None


def _set_openblas_threads(number: int) -> None:
    if function := _openblas("set_num_threads"):
        function(number)


def _openblas(name: str) -> Any:
    # The library of NumPy's products is found among those that this module is linked with.
    library = ctypes.CDLL(importlib.import_module("numpy._core._multiarray_umath").__file__)
    for before, after in _AFFIXES:
        if hasattr(library, symbol := f"{before}openblas_{name}{after}"):
            return getattr(library, symbol)
    return None
