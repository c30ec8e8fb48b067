"""What results depend on besides data and parameters: code, versions, processor, shared folder."""

import hashlib
import os
import platform
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from sdmvae.runtime.code_digest import PACKAGES, digest
from sdmvae.runtime.determinism import has_avx2

LOCKS = ("requirements-numeric.lock", "requirements-scores.lock", "requirements-probes.lock")
TOKEN = Path(".dvc/tmp/cluster-folder")
ABSENT = "absent"
FOLDER, PYTHON, PROCESSOR = "project folder", "Python", "processor"

Facts = dict[str, str]


def gather() -> Facts:
    """Return what results depend on, for the project in the working directory.

    Returns:
        The version of Python, whether the processor has AVX2, the content of a file that only this
        folder has, the versions of the packages in `LOCKS`, and the digests of all code.
    """
    has = "with AVX2" if has_avx2() else "without AVX2"
    facts = {
        FOLDER: TOKEN.read_text(encoding="utf-8") if TOKEN.exists() else ABSENT,
        PYTHON: ".".join(map(str, sys.version_info[:2])),
        PROCESSOR: f"{platform.machine()} {has}",
    }
    for lock in map(Path, LOCKS):
        if lock.exists():
            for line in lock.read_text(encoding="utf-8").splitlines():
                name, pinned, _ = line.partition("==")
                if pinned:
                    facts[name] = _version(name)
    code = [
        path
        for package in PACKAGES
        for path in sorted(Path(package).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return facts | digest(code)


def mark_folder() -> None:
    """Write the file that tells this project folder from a copy of it, unless it exists."""
    if not TOKEN.exists():
        TOKEN.parent.mkdir(parents=True, exist_ok=True)
        new = TOKEN.with_name(f"{TOKEN.name}-{secrets.token_hex(8)}")
        new.write_text(secrets.token_hex(16), encoding="utf-8")
        # Two processes may do this at the same time, and must find the same content afterwards.
        with suppress(FileExistsError):
            os.link(new, TOKEN)
        new.unlink()


def find_difference(there: Mapping[str, str], here: Mapping[str, str]) -> str:
    """Return the first difference between a worker and the client in words; empty if none.

    Args:
        there: The facts of the worker.
        here: The facts of the client.
    """
    if there.get(FOLDER) != here.get(FOLDER):
        return "its project folder is another one: it must see the same folder at the same path"
    for name in [*here, *there]:
        found, wanted = there.get(name, ABSENT), here.get(name, ABSENT)
        if found != wanted:
            if "/" in name:
                return f"its {name} is not the same"
            return f"its {name} is {found}, and not {wanted}"
    return ""


def summarise(facts: Mapping[str, str]) -> str:
    """Return a digest of facts."""
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()


def _version(name: str) -> str:
    """Return the version of an installed package; builds of PyTorch for CUDA count as the same."""
    try:
        return metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        return ABSENT
