"""An interrupted training on disk, as safetensors; it is used again only for the same training."""

import hashlib
import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from sdmvae.runtime.atomic import atomic_path
from sdmvae.training.loop import Epoch, Snapshot

PARTS = ("weights", "moments", "best")


def key(*what: Any) -> str:
    """Return a digest of all that a training depends on, given as anything that JSON can write."""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def save(path: Path, training: str, snapshot: Snapshot) -> None:
    """Write a snapshot in place of an earlier one.

    Args:
        path: The checkpoint's file.
        training: The key of the training.
        snapshot: Where training stands.
    """
    tensors = {
        f"{part}.{name}": tensor.contiguous()
        for part in PARTS
        for name, tensor in getattr(snapshot, part).items()
    }
    metadata = {
        "training": training,
        "best_epoch": str(snapshot.best_epoch),
        "curve": json.dumps(snapshot.curve),
    }
    with atomic_path(path) as part:
        part.write_bytes(safetensors.torch.save(tensors, metadata))


def load(path: Path, training: str) -> Snapshot | None:
    """Read a snapshot.

    Args:
        path: The checkpoint's file.
        training: The key of the training that wants to go on.

    Returns:
        The snapshot, or None if there is none, it is broken or it is of another training.
    """
    parts: dict[str, dict[str, torch.Tensor]] = {part: {} for part in PARTS}
    try:
        with safetensors.safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("training") != training:
                return None
            for name in file.keys():  # noqa: SIM118  (the file is no dictionary)
                part, _, rest = name.partition(".")
                parts[part][rest] = file.get_tensor(name)
    except (OSError, safetensors.SafetensorError):
        return None
    curve = [Epoch(*row) for row in json.loads(metadata["curve"])]
    return Snapshot(**parts, best_epoch=int(metadata["best_epoch"]), curve=curve)


def remove(path: Path) -> None:
    """Remove a checkpoint, and what writers of it have left that were killed on any machine.

    Args:
        path: The checkpoint's file. Nothing happens if it does not exist.
    """
    path.unlink(missing_ok=True)
    for part in path.parent.glob(f".{path.name}.sdmvae-*.part"):
        part.unlink(missing_ok=True)
