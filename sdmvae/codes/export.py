"""One folder with all of a trained cell, which `sdmvae.load` reads anywhere."""

import json
import shutil
from pathlib import Path
from typing import Any

from sdmvae.codes import about, card, loading
from sdmvae.codes.exported import CARD, digest, list_files
from sdmvae.codes.finding import EXPORT, CellFiles
from sdmvae.evaluation import over_seeds
from sdmvae.training import saved
from sdmvae.training.file_names import CONFIGURATION, WEIGHTS


def write(files: CellFiles, folder: Path) -> None:
    """Write the weights, the configuration, the priors, the scores, and a model card.

    Args:
        files: The files of the cell.
        folder: An empty path, of which a folder is made.

    Raises:
        ValueError: The cell cannot be loaded; the message is one line.
        OSError: A file cannot be read or written.
    """
    cell = loading.load(files.weights)
    folder.mkdir()
    for name in (CONFIGURATION, WEIGHTS):
        shutil.copyfile(files.weights / name, folder / name)
    if files.priors.is_dir():
        shutil.copytree(files.priors, folder / "priors", copy_function=shutil.copyfile)
    if files.scores.is_file():
        shutil.copyfile(files.scores, folder / "scores.json")
    known = about.read(files)
    text = card.write(known, saved.load_configuration(files.weights), cell.dims, _deviations(files))
    (folder / CARD).write_text(text, encoding="utf-8")
    content = {
        "cell": known.name,
        "seed": known.seed,
        "corpus": known.corpus,
        "synthesiser": known.synthesiser,
        "files": {name: digest(folder / name) for name in list_files(folder)},
    }
    (folder / EXPORT).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _deviations(files: CellFiles) -> dict[str, Any]:
    """Return the standard deviation over seeds of each score; none for a single seed."""
    paths = sorted(files.scores.parent.parent.glob("*/summary.json"))
    if files.scores not in paths or len(paths) < 2:
        return {}
    summary = over_seeds.summarise([json.loads(path.read_text()) for path in paths])
    return {
        name.removesuffix("_sd"): value for name, value in summary.items() if name.endswith("_sd")
    }
