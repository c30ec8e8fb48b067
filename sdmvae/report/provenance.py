"""What a report was made from: parameters, corpus, versions of packages, hashes."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sdmvae.dataset.split import PARTS
from sdmvae.evaluation.results import Results
from sdmvae.runtime import code_digest

MOST_LEFT_OUT = 50
USES = {"train": "training", "validation": "validation", "test": "test"}


def section(results: Results, parameters: Path, lock: Path) -> dict[str, Any]:
    """Everything to be told; raises OSError for a file that is not there."""
    is_file = results.left_out["recording"] != ""
    left_out = results.left_out[is_file].to_dict("records")
    speakers = results.left_out.loc[~is_file, "speaker"].tolist()
    return {
        "parameters": flat(results.settings.model_dump(mode="json")),
        "parts": parts(results),
        "left_out": left_out[:MOST_LEFT_OUT],
        "more_left_out": max(0, len(left_out) - MOST_LEFT_OUT),
        "speakers_out": speakers[:MOST_LEFT_OUT],
        "more_speakers_out": max(0, len(speakers) - MOST_LEFT_OUT),
        "versions": versions(lock.read_text(encoding="utf-8")),
        "hashes": hashes(results, parameters, lock),
    }


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested parameters by their dotted names: ``{"stft.hop": "256"}``."""
    found: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = "none" if value is None else str(value)
    return found


def parts(results: Results) -> list[dict[str, Any]]:
    """Speakers, utterances and minutes of each part of the split."""
    found = []
    for part in PARTS:
        rows = results.manifest[results.manifest["split"] == part]
        found.append(
            {
                "part": USES[part],
                "speakers": rows["speaker"].nunique(),
                "utterances": len(rows),
                "minutes": float(rows["seconds"].sum() / 60),
            }
        )
    return found


def versions(lock: str) -> list[tuple[str, str]]:
    """Package and version of each line ``package==version``."""
    lines = (line.split("#")[0].strip() for line in lock.splitlines())
    return [tuple(line.split("==", 1)) for line in lines if "==" in line]  # type: ignore[misc]


def hashes(results: Results, parameters: Path, lock: Path) -> list[tuple[str, str]]:
    """SHA-256 of every input; of a folder, that of its files' names and SHA-256, sorted."""
    data = results.data
    files = [parameters, lock, data / "manifest.csv", data / "left_out.csv"]
    folders = {
        "speech": data / "speech",
        **{f"models/{cell['cell']}": data / "models" / cell["cell"] for cell in results.cells},
    }
    return [
        *((_name(path, data), code_digest.digest([path])[path.as_posix()]) for path in files),
        *((f"{name}/", of_folder(path)) for name, path in folders.items()),
    ]


def _name(path: Path, data: Path) -> str:
    return (path.relative_to(data) if path.is_relative_to(data) else Path(path.name)).as_posix()


def of_folder(folder: Path) -> str:
    """SHA-256 of the lines ``<SHA-256>  <name>`` of the folder's files, sorted by name."""
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    lines = [f"{digest}  {name}\n" for name, digest in code_digest.digest(names, folder).items()]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
