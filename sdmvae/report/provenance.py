"""Section of the page: what it was made from, with parameters, corpus, versions and hashes."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sdmvae.dataset.split import PARTS
from sdmvae.evaluation.results import Results
from sdmvae.runtime import code_digest

MOST_LEFT_OUT = 50
USES = {"train": "training", "validation": "validation", "test": "test"}
# The page must not depend on where a corpus lies on a machine.
HIDDEN = {"corpus.root"}


def build_section(results: Results, lock: Path) -> dict[str, Any]:
    """Return what provenance.html shows.

    Args:
        results: The outputs of the run.
        lock: The file of requirements with the versions of packages.

    Raises:
        OSError: A file is missing.
    """
    # The rows of a whole speaker have no recording.
    is_recording = results.left_out["recording"] != ""
    recordings = results.left_out[is_recording].to_dict("records")
    speakers = results.left_out.loc[~is_recording, "speaker"].tolist()
    parameters = flatten(results.settings.model_dump(mode="json"))
    return {
        "parameters": {name: text for name, text in parameters.items() if name not in HIDDEN},
        "parts": describe_parts(results),
        "left_out": recordings[:MOST_LEFT_OUT],
        "more_left_out": max(0, len(recordings) - MOST_LEFT_OUT),
        "speakers_out": speakers[:MOST_LEFT_OUT],
        "more_speakers_out": max(0, len(speakers) - MOST_LEFT_OUT),
        "versions": read_versions(lock),
        "hashes": hash_inputs(results, lock),
    }


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested parameters by their dotted names, such as ``{"stft.hop": "256"}``."""
    flat: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = "none" if value is None else str(value)
    return flat


def describe_parts(results: Results) -> list[dict[str, Any]]:
    """Return the number of speakers, utterances and minutes of each part of the split."""
    parts = []
    for part in PARTS:
        rows = results.manifest[results.manifest["split"] == part]
        parts.append(
            {
                "part": USES[part],
                "speakers": rows["speaker"].nunique(),
                "utterances": len(rows),
                "minutes": float(rows["seconds"].sum() / 60),
            }
        )
    return parts


def read_versions(lock: Path) -> list[tuple[str, str]]:
    """Return the package and the version of each line ``package==version``, sorted by package.

    Args:
        lock: A file of requirements. A line ``-r other.lock`` includes another file beside it.
    """
    texts = [path.read_text(encoding="utf-8") for path in included_files(lock)]
    lines = [line.split("#")[0].strip() for text in texts for line in text.splitlines()]
    pairs = [line.partition("==") for line in lines if "==" in line]
    versions = [(package, version) for package, _, version in pairs]
    return sorted(versions, key=lambda pair: pair[0].lower())


def included_files(lock: Path) -> list[Path]:
    """Return a file of requirements and the files that its ``-r`` lines include."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    names = [line.split("#")[0].removeprefix("-r ").strip() for line in lines if line[:3] == "-r "]
    return [lock, *(path for name in names for path in included_files(lock.parent / name))]


def hash_inputs(results: Results, lock: Path) -> list[tuple[str, str]]:
    """Return the name and the SHA-256 of each input of the page.

    params.yaml is not among them: the page shows its values, and the file contains the place of
    the corpus on the machine.
    """
    data = results.data
    names = ["manifest.csv", "left_out.csv"]
    folders = ["speech", *(f"models/{cell['cell']}" for cell in results.cells)]
    return [
        *(
            (path.name, code_digest.digest([path])[path.as_posix()])
            for path in included_files(lock)
        ),
        *((name, code_digest.digest([Path(name)], data)[name]) for name in names),
        *((f"{folder}/", hash_folder(data / folder)) for folder in folders),
    ]


def hash_folder(folder: Path) -> str:
    """Return the SHA-256 of the lines ``<SHA-256>  <name>`` of a folder's files.

    The lines are sorted by the names, which are relative to the folder.
    """
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    lines = [f"{digest}  {name}\n" for name, digest in code_digest.digest(names, folder).items()]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
