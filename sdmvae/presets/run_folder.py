"""The folder of a run: a clone of the project that is brought to the state of its files.

The clone has the last commit of the project. Its files are those of the working tree: with all
edits, and with new files that git does not ignore. What the run itself writes stays: dvc.lock,
metrics and data. So do files that a user has put there.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.commands import run
from sdmvae.runtime.dvc_outputs import locked_outputs

LOCK, METRICS = "dvc.lock", "metrics"
# The digests of the files that were brought, so that an edit in the folder of the run is noticed.
BROUGHT = Path(".git/brought.json")
MOST_UNTRACKED = 100_000_000


class RunFolderError(RuntimeError):
    """The folder of a run cannot be prepared; the message is one line."""


def bring(project: Path, folder: Path, texts: Mapping[str, str]) -> None:
    """Make the folder of a run, or bring it to the present state of the project.

    It can be interrupted at any moment, and called again.

    Args:
        project: The root of the project, a repository of git.
        folder: The folder of the run.
        texts: Files that have another content in the run, by their paths.

    Raises:
        RunFolderError: A file would be lost, or far too much would be copied.
        CommandError: git fails.
        OSError: A file cannot be read or written.
    """
    files: dict[str, Path | bytes] = {name: project / name for name in list_files(project)}
    files |= {name: text.encode() for name, text in texts.items()}
    _clone(project, folder)
    brought = _read(folder)
    if brought["complete"]:
        files = {name: source for name, source in files.items() if not _is_result(name)}
    wanted = {name: _digest(source) for name, source in files.items()}
    known: dict[str, list[str]] = brought["files"]
    for name, digest in wanted.items():
        if _digest_of_file(folder / name) not in (None, digest, *known.get(name, [])):
            raise RunFolderError(
                f"{folder / name}: was changed there, and would be overwritten: make the change "
                f"in {project} instead and remove this file, or give the run another name: RUN=name"
            )
    # If this is interrupted, a file may have the old content or the new one.
    both = {name: [*known.get(name, []), digest] for name, digest in wanted.items()}
    _write(folder, complete=brought["complete"], files=known | both)
    for name, source in files.items():
        if _digest_of_file(folder / name) != wanted[name]:
            _copy(source, folder / name)
    for name in known.keys() - wanted.keys():
        if not _is_result(name) and _digest_of_file(folder / name) in known[name]:
            (folder / name).unlink()
    _write(folder, complete=True, files={name: [digest] for name, digest in wanted.items()})
    _mend(project, folder)


def list_files(project: Path) -> list[str]:
    """Return the files of a working tree that git tracks or that are new and not ignored.

    Raises:
        RunFolderError: The new files are so large that they cannot be meant.
        CommandError: git fails.
    """

    def listed(kind: str) -> list[str]:
        answer = run("git", "ls-files", "-z", kind, "--exclude-standard", folder=project)
        names = dict.fromkeys(filter(None, answer.split("\0")))
        return [name for name in names if _is_file(project / name)]

    new = listed("--others")
    sizes = {name: (project / name).lstat().st_size for name in new}
    if sum(sizes.values()) > MOST_UNTRACKED:
        largest = max(sizes, key=lambda name: sizes[name])
        raise RunFolderError(
            f"{largest}: git neither tracks nor ignores this file and others, "
            f"{sum(sizes.values()) // 1_000_000} MB in all, too much to copy into the folder of a "
            "run: name them in .gitignore, or move them out of the project"
        )
    return [*listed("--cached"), *new]


def brought_files(folder: Path) -> list[str]:
    """Return the files that were brought into the folder of a run."""
    return list(_read(folder)["files"])


def _clone(project: Path, folder: Path) -> None:
    """Let the folder be a repository whose last commit is that of the project."""
    head = run("git", "rev-parse", "--verify", "HEAD", folder=project).strip()
    folder.mkdir(parents=True, exist_ok=True)
    run("git", "init", "-q", folder=folder)
    # Left behind by a process that was killed; the lock on the folder tells that no other one runs.
    (folder / ".git/index.lock").unlink(missing_ok=True)
    run("git", "fetch", "-q", "--no-tags", project.resolve(), "HEAD", folder=folder)
    run("git", "reset", "-q", "--mixed", head, folder=folder)


def _mend(project: Path, folder: Path) -> None:
    """Replace a dvc.lock that is cut off: DVC was killed while it wrote it.

    The outputs are in the cache of DVC, which knows the stages that made them.
    """
    try:
        locked_outputs(folder / LOCK)
    except (YAMLError, KeyError, TypeError, AttributeError):
        (folder / LOCK).unlink()
        if (project / LOCK).exists():
            _copy(project / LOCK, folder / LOCK)


def _is_result(name: str) -> bool:
    return name == LOCK or name.startswith(f"{METRICS}/")


def _is_file(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _copy(source: Path | bytes, target: Path) -> None:
    with atomic_path(target) as part:
        if isinstance(source, bytes):
            part.write_bytes(source)
        else:
            shutil.copy2(source, part, follow_symlinks=False)


def _digest_of_file(path: Path) -> str | None:
    """Return the digest of what is at a path; None if there is nothing."""
    if path.is_dir() and not path.is_symlink():
        return "folder"
    return _digest(path) if _is_file(path) else None


def _digest(source: Path | bytes) -> str:
    """Return a digest of a content, and of what a link leads to, or whether a file is a program."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    if source.is_symlink():
        return f"link {source.readlink()}"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    return f"program {digest}" if source.stat().st_mode & 0o100 else digest


def _read(folder: Path) -> dict[str, Any]:
    path = folder / BROUGHT
    if not path.exists():
        return {"complete": False, "files": {}}
    brought: dict[str, Any] = json.loads(path.read_text())
    return brought


def _write(folder: Path, *, complete: bool, files: Mapping[str, list[str]]) -> None:
    with atomic_path(folder / BROUGHT) as part:
        part.write_text(json.dumps({"complete": complete, "files": files}))
