"""A repository of git for the tests of runs, without DVC and without a pipeline."""

import subprocess
from pathlib import Path

import pytest

from tests.support.small_project import IDENTITY


class Repository:
    """A repository of git, or the folder of a run, which is one as well."""

    def __init__(self, root: Path) -> None:
        """Use the repository in `root`."""
        self.root = root

    def git(self, *arguments: str) -> str:
        """Return what git prints."""
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.rstrip("\n")

    def write(self, **files: str) -> None:
        """Write files; two underscores in a name stand for "/", one for "."."""
        for key, text in files.items():
            path = self.root / key.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def read(self, name: str) -> str:
        """Return the text of a file."""
        return (self.root / name).read_text()

    def commit(self) -> str:
        """Commit everything, and return the name of the commit."""
        self.git("add", "-A")
        self.git("commit", "-qm", "Commit the state of a test")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def settings_of_git(monkeypatch):
    """Give git the identity of the tests, and none of the settings of this machine."""
    for name, value in {**IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null"}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def project(tmp_path) -> Repository:
    """Return a repository with a few files, in a folder whose name has a space."""
    project = Repository(tmp_path / "a project")
    project.root.mkdir()
    project.git("init", "-q", "-b", "main")
    project.write(
        params_yaml="corpus: {}\n",
        code__model_py="first = 1\n",
        dvc_lock="schema: '2.0'\nstages: {}\n",
        metrics__vae_json="1\n",
    )
    project.write(_gitignore="/runs/\n*.tmp\n/.dvc/\n")
    project.commit()
    return project


@pytest.fixture
def run(project) -> Repository:
    """Return the folder of a run, which does not exist yet."""
    return Repository(project.root / "runs/trial")
