"""A finished run of the small project. It is made once, and every test gets a copy of its own."""

import fcntl
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.support.small_project import SmallProject


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """Return a small project after one run. All workers of pytest-xdist share it.

    Tests that do not change the project use it as it is.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "finished"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "started").exists() and not (folder / "done").exists():
            pytest.fail(f"the run in {folder} failed; the test that started it shows why")
        if not (folder / "done").exists():
            project = SmallProject.create(folder)
            (folder / "started").touch()
            soundfile.write(project.corpus / "ann" / "silent.wav", np.zeros(16_000), 16_000)
            project.run("python", "-m", "stages.plots", "--page")
            (folder / "done").write_text(project.make("repro"))
            project.commit()
    return SmallProject(folder / "project")


@pytest.fixture
def project(finished: SmallProject, tmp_path: Path) -> SmallProject:
    """Return a copy of the finished project, for a test that changes it."""
    return finished.copy(tmp_path)
