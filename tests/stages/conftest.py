"""Fixtures for the tests of the stages."""

from pathlib import Path

import pytest

from tests.support.small_project import write_corpus
from tests.support.stage_runs import PARAMS


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that has a small corpus and valid parameters."""
    monkeypatch.chdir(tmp_path)
    write_corpus(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    return tmp_path
