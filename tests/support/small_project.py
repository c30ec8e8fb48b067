"""A small copy of the project with a tiny corpus: the whole pipeline runs in it in a minute."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
from ruamel.yaml import YAML

from tests.support import PROJECT

# The rows of the table that are no cells.
ANCHORS = ("true power", "mean spectrum")
COPIED = (
    "sdmvae",
    "stages",
    "presets",
    "dvc.yaml",
    "Makefile",
    "requirements.lock",
    "requirements-numeric.lock",
    "requirements-scores.lock",
    "requirements-probes.lock",
    "requirements-espeak.lock",
    "requirements-s3.lock",
    ".dvcignore",
    ".gitignore",
    "data/.gitignore",
    "data/README.md",
    ".dvc/config",
    ".dvc/.gitignore",
    ".dvc/plots",
)
PARAMETERS = PROJECT / "tests/support/params.yaml"
CORPUS = "a corpus"
SPEAKERS = ("ann", "bob", "cyd", "dan", "eve")
IDENTITY = {
    f"GIT_{role}_{key}": "test@example.org"
    for role in ("AUTHOR", "COMMITTER")
    for key in ("NAME", "EMAIL")
}


def make_environment(site_cache: Path) -> dict[str, str]:
    """Return the environment variables of commands that run in a project of a test.

    Args:
        site_cache: Where DVC may keep what belongs to no single project.
    """
    # `make test` tells every make below it how to behave. This make shall behave by itself.
    inherited = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    return {
        **inherited,
        **IDENTITY,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(site_cache),
    }


class SmallProject:
    """A small copy of the project, with a git repository of its own.

    Attributes:
        root: The folder of the project.
        corpus: The folder of its corpus, which lies beside `root`.
    """

    def __init__(self, root: Path) -> None:
        """Use the project that is in `root`."""
        self.root, self.corpus = root, root.parent / CORPUS

    @classmethod
    def create(cls, folder: Path) -> "SmallProject":
        """Write a project and its corpus into `folder`. Nothing is run yet."""
        project = cls(folder / "project")
        write_corpus(folder)
        for name in COPIED:
            source, target = PROJECT / name, project.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        shutil.copy(PARAMETERS, project.root / "params.yaml")
        project.run("git", "init", "-q", "-b", "main")
        return project

    def copy(self, folder: Path) -> "SmallProject":
        """Copy the project, its cache and its corpus into `folder`."""
        old = self.root.parent
        for path in (self.root, self.corpus):
            shutil.copytree(path, folder / path.name, symlinks=True)
        for link in folder.rglob("*"):
            if link.is_symlink() and link.readlink().is_relative_to(old):
                target = folder / link.readlink().relative_to(old)
                link.unlink()
                link.symlink_to(target)
        return SmallProject(folder / self.root.name)

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables of commands that run in the project."""
        return make_environment(self.root.parent / "dvc site cache")

    def run(self, *command: str, status: int = 0) -> str:
        """Return what a command prints. It must exit with `status`."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
        )
        if done.returncode != status:
            raise AssertionError(
                f"{' '.join(command)} exited with {done.returncode} instead of {status} "
                f"in {self.root}:\n{done.stdout}"
            )
        return done.stdout

    def dvc(self, *arguments: str, status: int = 0) -> str:
        """Return what DVC prints."""
        return self.run("dvc", *arguments, status=status)

    def make(self, *arguments: str, status: int = 0) -> str:
        """Return what make prints. It uses the environment of the tests."""
        return self.run("make", "-o", ".venv/ready", *arguments, status=status)

    def repro(self) -> set[str]:
        """Run `dvc repro` and return the names of the stages that really ran."""
        return stages_run(self.dvc("repro"))

    def plots(self, *command: str) -> str:
        """Run `dvc plots` and return the page that it makes."""
        output = self.dvc("plots", *command)
        page = self.root / "dvc_plots/index.html"
        assert page.as_uri() in output, output
        return page.read_text(encoding="utf-8")

    def commit(self) -> None:
        """Commit everything to git."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "Commit the state of a test")

    def edit(self, change: Callable[[Any], object]) -> None:
        """Change params.yaml by a function that gets its values."""
        path, yaml = self.root / "params.yaml", YAML()
        values = yaml.load(path)
        change(values)
        yaml.dump(values, path)

    def read(self, path: str) -> str:
        """Return the text of a file of the project."""
        return (self.root / path).read_text(encoding="utf-8")

    def table(self) -> pd.DataFrame:
        """Return the rows of the cells in the table of the last run."""
        table = pd.read_csv(self.root / "metrics/table.csv")
        return table[~table["cell"].isin(ANCHORS)]


def stages_run(output: str) -> set[str]:
    """Return the names of the stages that ran, as DVC prints them."""
    return set(re.findall(r"^Running stage '([^']+)'", output, re.MULTILINE))


def speak(path: Path, seed: int, seconds: float = 1.2, rate: int = 16_000) -> None:
    """Write syllables of filtered noise, which PESQ and STOI take for speech."""
    random = np.random.default_rng(seed)
    samples = random.standard_normal(int(seconds * rate))
    samples = np.convolve(samples, np.hanning(6 + seed % 5), "same")
    time = np.arange(len(samples)) / rate
    samples *= 0.1 + np.sin(2 * np.pi * (2 + seed % 3) * time) ** 2
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.3 * samples / np.abs(samples).max(), rate, subtype="PCM_16")


def write_corpus(folder: Path) -> Path:
    """Write five speakers with two utterances each, in a folder whose name has a space."""
    root = folder / CORPUS
    for number, speaker in enumerate(SPEAKERS):
        for index in range(2):
            speak(root / speaker / f"{index}.wav", seed=10 * number + index)
    return root
