"""The files in docs/results/: JSON that a person can read, and that is written whole."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sdmvae.runtime.atomic import atomic_path

RESULTS = Path("docs/results")

# What a file has. If it is of one run, it has cells; if it compares runs, each of them has.
File = Mapping[str, Any]
Run = Mapping[str, Any]
Cell = Mapping[str, Any]


def read(name: str) -> dict[str, Any] | None:
    """Return what the file of a name has; None if there is no such file."""
    source = RESULTS / f"{name}.json"
    return json.loads(source.read_text(encoding="utf-8")) if source.exists() else None


def read_all(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what was collected, by name: of a run, of a comparison of runs, or of a benchmark."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def write(name: str, content: Any) -> Path:
    """Write what was collected, or leave the file as it was.

    Args:
        name: The name of the file, without ".json".
        content: What JSON can hold.

    Returns:
        The file.
    """
    target = RESULTS / f"{name}.json"
    with atomic_path(target) as path:
        text = json.dumps(content, indent=1, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")
    return target
