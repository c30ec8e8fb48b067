"""New files in the open folders of the package, for the time of one test."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

TRANSPOSED = '''
"""A dictionary whose tensor does not lie in memory row by row."""

import torch

from sdmvae.nn.dictionaries.base import Dictionary, normalise_atoms


class Transposed(Dictionary):
    def atoms(self, m: int, k: int, generator: torch.Generator) -> torch.Tensor:
        return normalise_atoms(torch.randn(k, m, generator=generator).T)
'''


def add_file(
    monkeypatch: pytest.MonkeyPatch, folder: Path, package: ModuleType, name: str, text: str
) -> None:
    """Make a new file part of an open folder until the test ends.

    Args:
        monkeypatch: It undoes everything at the end of the test.
        folder: The folder in which the file is written; it may lie anywhere.
        package: The open folder, for example `sdmvae.models`.
        name: The name of the module.
        text: The module's text.
    """
    (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    # The module is imported during the test. These two lines make monkeypatch forget it afterwards.
    monkeypatch.setitem(sys.modules, f"{package.__name__}.{name}", ModuleType(name))
    del sys.modules[f"{package.__name__}.{name}"]
    monkeypatch.setattr(package, name, None, raising=False)
