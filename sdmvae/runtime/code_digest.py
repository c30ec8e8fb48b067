"""Which of our own files a file imports, directly or not."""

import ast
import hashlib
from pathlib import Path

PACKAGES = ("sdmvae", "stages")


def closure(path: Path, root: Path = Path()) -> list[Path]:
    """`path` and all it imports from `PACKAGES`, sorted, relative to `root`.

    Import statements are read, not run; files without code (a docstring alone) do not count.
    """
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        tree = ast.parse((root / current).read_text(encoding="utf-8"))
        if all(isinstance(each, ast.Expr) for each in tree.body):
            continue
        found.add(current)
        for name in _imported(tree):
            parts = name.split(".")
            if parts[0] in PACKAGES:
                waiting += [each for each in _files(parts) if (root / each).is_file()]
    return sorted(found)


def digest(paths: list[Path], root: Path = Path()) -> dict[str, str]:
    """SHA-256 of each file."""
    digests = {}
    for each in paths:
        with (root / each).open("rb") as file:
            digests[each.as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _imported(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def _files(parts: list[str]) -> list[Path]:
    """Files that importing `parts` runs: each package's, and the module's own."""
    prefixes = [Path(*parts[: end + 1]) for end in range(len(parts))]
    return [each for path in prefixes for each in (path / "__init__.py", path.with_suffix(".py"))]
