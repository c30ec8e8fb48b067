"""Helpers of tests that make files."""

from pathlib import Path


def touch(root: Path, *names: str) -> None:
    """Make empty files below a folder, and the folders that they lie in."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
