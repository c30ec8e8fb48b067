"""The files of our own code that a file imports, directly or not, and their digests."""

import ast
import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

PACKAGES = ("sdmvae", "stages")


def closure(path: Path, root: Path = Path(), *, skip_folders: Collection[Path] = ()) -> list[Path]:
    """Return a file and all files of `PACKAGES` that it may run, directly or through others.

    Import statements are read, not run. A file without code, such as an ``__init__.py`` that has
    only a docstring, does not count.

    An open folder is a package with a module ``base.py``. Its modules are imported by name at run
    time, so no import statement shows which ones. Once a file imports anything of an open folder,
    all files in that folder and in its sub-folders count, also those that are not Python.

    Args:
        path: The file to start from, relative to `root`.
        root: The folder that holds the packages.
        skip_folders: Open folders, relative to `root`, of which only the modules in import
            statements count. The caller knows which other modules are needed.

    Returns:
        Paths relative to `root`, sorted.
    """
    files: set[Path] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current in files:
            continue
        if current.suffix != ".py":
            files.add(current)
            continue
        tree = ast.parse((root / current).read_text(encoding="utf-8"))
        if all(isinstance(node, ast.Expr) for node in tree.body):
            continue
        files.add(current)
        for name in _imported_names(tree):
            parts = name.split(".")
            if parts[0] in PACKAGES:
                waiting += [file for file in _module_files(parts) if (root / file).is_file()]
                for folder in _open_folders(parts, root):
                    if folder not in skip_folders:
                        waiting += _all_files(folder, root)
    return sorted(files)


def digest(paths: Iterable[Path], root: Path = Path()) -> dict[str, str]:
    """Return the SHA-256 of each file.

    Args:
        paths: Files, relative to `root`.
        root: The folder that they are in.

    Returns:
        The digests in hexadecimal, by the path with forward slashes, in the order of `paths`.
    """
    digests = {}
    for path in paths:
        with (root / path).open("rb") as file:
            digests[path.as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _imported_names(tree: ast.Module) -> list[str]:
    """Return the full names of all that a file imports, wherever the statement stands."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def _prefixes(parts: list[str]) -> list[Path]:
    return [Path(*parts[: end + 1]) for end in range(len(parts))]


def _module_files(parts: list[str]) -> list[Path]:
    """Return the files that an import may run: those of the packages, and the module's own."""
    return [
        file
        for path in _prefixes(parts)
        for file in (path / "__init__.py", path.with_suffix(".py"))
    ]


def _open_folders(parts: list[str], root: Path) -> list[Path]:
    return [path for path in _prefixes(parts) if (root / path / "base.py").is_file()]


def _all_files(folder: Path, root: Path) -> list[Path]:
    return [
        path.relative_to(root)
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
