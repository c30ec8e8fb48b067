"""Where the files of a trained cell lie; no numerical library is needed to find them."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from sdmvae.training.file_names import CONFIGURATION

EXPORT = "export.json"
MODELS = Path("data/models")
CHECKOUT = Path(__file__).parents[2]


class CellError(ValueError):
    """A trained cell cannot be found or used; the message is one line."""


@dataclass(frozen=True)
class CellFiles:
    """The files of a cell that was trained with one seed. Only the weights need to exist.

    Attributes:
        weights: The folder with the weights and their configuration.
        priors: The folder of the priors that were fitted after training.
        scores: The JSON file of its mean scores over test speech.
        origin: The JSON file that names its training speech.
        name: The name of the cell.
        seed: The seed that it was trained with.
    """

    weights: Path
    priors: Path
    scores: Path
    origin: Path
    name: str
    seed: str


def find(cell: str | PathLike[str], seed: str | int | None = None) -> CellFiles:
    """Find a trained cell.

    Args:
        cell: The folder of a cell, of one of its seeds, or of an export; or a name in
            ``data/models`` of the working directory or of the checkout that this file is in.
        seed: A seed; None for the lowest that the cell was trained with.

    Raises:
        CellError: There is no such cell, or not with this seed; the message lists those there are.
    """
    path = Path(cell)
    candidates = [path]
    if len(path.parts) == 1 and not path.name.startswith("."):
        candidates = [root / MODELS / path for root in (Path(), CHECKOUT)] + candidates
    wanted = None if seed is None else str(seed)
    for folder in candidates:
        if (folder / EXPORT).is_file():
            return _exported(folder)
        is_of_one_seed = (folder / CONFIGURATION).is_file()
        if seeds := [folder.resolve().name] if is_of_one_seed else _seeds(folder):
            if wanted is not None and wanted not in seeds:
                raise CellError(
                    f"--seed: {wanted!r}: {folder.name} is trained with the seeds "
                    f"{', '.join(seeds)}"
                )
            return _trained(folder if is_of_one_seed else folder / (wanted or seeds[0]))
    names = ", ".join(dict.fromkeys(each.name for each in list_cells())) or "none"
    raise CellError(f"{str(cell)!r} is not a trained cell: in {MODELS} there are {names}")


def list_cells() -> list[CellFiles]:
    """Return every trained cell with every seed, of the working directory or of the checkout."""
    for root in (Path(), CHECKOUT):
        folders = _folders(root / MODELS)
        if found := [_trained(each / seed) for each in folders for seed in _seeds(each)]:
            return found
    return []


def _folders(parent: Path) -> list[Path]:
    folders = parent.iterdir() if parent.is_dir() else ()
    return sorted(path for path in folders if path.is_dir() and path.name[0] != ".")


def _seeds(folder: Path) -> list[str]:
    names = [each.name for each in _folders(folder) if (each / CONFIGURATION).is_file()]
    return sorted(names, key=lambda name: (len(name), name))


def _trained(weights: Path) -> CellFiles:
    folder = weights.resolve()
    name, seed, data = folder.parent.name, folder.name, folder.parent.parent.parent
    return CellFiles(
        weights,
        data / "priors" / name / seed,
        data / "scores" / name / seed / "summary.json",
        data / "origin.json",
        name,
        seed,
    )


def _exported(folder: Path) -> CellFiles:
    scores, export = folder / "scores.json", folder / EXPORT
    return CellFiles(folder, folder / "priors", scores, export, folder.resolve().name, "")
