"""A copy of the project on a tiny corpus, to try the whole pipeline on in a minute."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from ruamel.yaml import YAML

from tests.support import PROJECT

COPIED = (
    "sdmvae",
    "stages",
    "dvc.yaml",
    "Makefile",
    "params.yaml",
    "requirements.lock",
    ".dvcignore",
    ".gitignore",
    "data/.gitignore",
    ".dvc/config",
    ".dvc/.gitignore",
    ".dvc/plots",
)
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "DVC_NO_ANALYTICS": "1",
    **{
        f"GIT_{role}_{what}": "test@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


class Copy:
    """A copy of the project with a git repository of its own."""

    def __init__(self, root: Path, corpus: Path) -> None:
        """Made at `root`, with git and DVC but nothing run; its parameters name `corpus`."""
        self.root, self.corpus = root, corpus
        for name in COPIED:
            source, target = PROJECT / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        self.run("git", "init", "-q", "-b", "main")
        self.edit(self._shrink)

    def _shrink(self, values) -> None:
        values["corpus"].update(name="folder", root=str(self.corpus))
        values["split"].update(train=2, validation=1, test=2)
        values["train"].update(epochs=2)
        values["latent_dims"] = ["m4", "m8"]
        values["variants"] = {
            "vae": {"model": "vae"},
            "vsc-a50": {"model": "vsc", "alpha": 0.5},
        }

    def run(self, *command: str, status: int = 0) -> str:
        """Output of a command run in the copy, which must exit with `status`."""
        done = subprocess.run(
            command, cwd=self.root, env=ENVIRONMENT, text=True, capture_output=True, timeout=600
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def dvc(self, *arguments: str, status: int = 0) -> str:
        """Output of DVC run in the copy."""
        return self.run("dvc", *arguments, status=status)

    def repro(self) -> set[str]:
        """Stages that `dvc repro` really ran."""
        return set(re.findall(r"^Running stage '([^']+)'", self.dvc("repro"), re.MULTILINE))

    def commit(self) -> None:
        """Commit everything to git."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "a state")

    def edit(self, change) -> None:
        """Change params.yaml by a function of its values."""
        path, yaml = self.root / "params.yaml", YAML()
        values = yaml.load(path)
        change(values)
        yaml.dump(values, path)

    def table(self) -> pd.DataFrame:
        """The table of the last run."""
        return pd.read_csv(self.root / "metrics/table.csv")


def speak(path: Path, seed: int, seconds: float = 1.2, rate: int = 16_000) -> None:
    """Syllables of filtered noise: enough like speech for PESQ and STOI to find some."""
    random = np.random.default_rng(seed)
    samples = random.standard_normal(int(seconds * rate))
    samples = np.convolve(samples, np.hanning(6 + seed % 5), "same")
    time = np.arange(len(samples)) / rate
    samples *= 0.1 + np.sin(2 * np.pi * (2 + seed % 3) * time) ** 2
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.3 * samples / np.abs(samples).max(), rate, subtype="PCM_16")


def corpus(folder: Path) -> Path:
    """Five speakers with two utterances each, under a name with a space; returns its path."""
    root = folder / "a corpus"
    for number, speaker in enumerate(("ann", "bob", "cyd", "dan", "eve")):
        for index in range(2):
            speak(root / speaker / f"{index}.wav", seed=10 * number + index)
    return root
