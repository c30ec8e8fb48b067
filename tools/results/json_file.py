"""The files in docs/results/: JSON that a person can read, and that is written whole."""

import json
from pathlib import Path
from typing import Any

from sdmvae.runtime.atomic import atomic_path


def write(target: Path, content: Any) -> None:
    """Write what was collected, or leave the file as it was.

    Args:
        target: The file.
        content: What JSON can hold.
    """
    with atomic_path(target) as path:
        text = json.dumps(content, indent=1, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")
