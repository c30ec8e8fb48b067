"""The outputs that dvc.lock records, and their removal if nothing of theirs can be lost."""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from sdmvae.runtime.commands import run


class Output(NamedTuple):
    """An output of a stage.

    Attributes:
        path: Where it lies.
        md5: DVC's MD5 of it; it ends in ".dir" for a folder.
    """

    path: Path
    md5: str


def locked_outputs(lock: Path) -> dict[str, list[Output]]:
    """Return the outputs of each stage by its name; nothing if there is no lock file yet.

    Args:
        lock: The path of dvc.lock.
    """
    if not lock.exists():
        return {}
    stages = (YAML(typ="safe", pure=False).load(lock) or {}).get("stages", {})
    return {
        name: [Output(Path(out["path"]), out["md5"]) for out in stage.get("outs", [])]
        for name, stage in stages.items()
    }


def cache_folder(project: Path) -> Path:
    """Return the folder of DVC's cache, which the configuration of DVC may put anywhere.

    Args:
        project: The root of a project of DVC.

    Raises:
        CommandError: DVC cannot tell.
    """
    answer = run(sys.executable, "-m", "dvc", "cache", "dir", folder=project)
    return project / answer.splitlines()[-1]


def remove_unchanged(output: Output, cache: Path) -> bool:
    """Remove an output whose files are all as dvc.lock records them.

    A folder that holds one file more, or one that was edited, is left alone. The folder that the
    output lies in is removed as well if nothing else is in it.

    Args:
        output: The output.
        cache: DVC's cache, which has the list of a folder's files.

    Returns:
        Whether it was removed.
    """
    if not output.md5.endswith(".dir"):
        unchanged = output.path.is_file() and _md5(output.path) == output.md5
        if unchanged:
            output.path.unlink()
            _remove_if_empty(output.path.parent)
        return unchanged
    listing = cache / "files" / "md5" / output.md5[:2] / output.md5[2:]
    if not listing.exists() or not output.path.is_dir() or output.path.is_symlink():
        return False
    recorded = {entry["relpath"]: entry["md5"] for entry in json.loads(listing.read_text())}
    files = [path for path in output.path.rglob("*") if not path.is_dir()]
    names = {path.relative_to(output.path).as_posix(): path for path in files}
    if names.keys() != recorded.keys() or any(
        path.is_symlink() or _md5(path) != recorded[name] for name, path in names.items()
    ):
        return False
    shutil.rmtree(output.path)
    _remove_if_empty(output.path.parent)
    return True


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
