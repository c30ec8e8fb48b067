"""Training that was interrupted, on disk: safetensors, used again only for the same training."""

import hashlib
import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch

from sdmvae.runtime.atomic import atomic_path
from sdmvae.training.loop import Epoch, Snapshot

PARTS = ("weights", "moments", "best")


def key(*what: Any) -> str:
    """A digest of all that training depends on, given as anything JSON can write."""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def save(path: Path, training: str, snapshot: Snapshot) -> None:
    """Write `snapshot` of the training whose key is `training`, in place of an earlier one."""
    tensors = {
        f"{part}.{name}": each.contiguous()
        for part in PARTS
        for name, each in getattr(snapshot, part).items()
    }
    metadata = {
        "training": training,
        "best_epoch": str(snapshot.best_epoch),
        "curve": json.dumps(snapshot.curve),
    }
    with atomic_path(path) as part:
        part.write_bytes(safetensors.torch.save(tensors, metadata))


def load(path: Path, training: str) -> Snapshot | None:
    """The snapshot at `path`; None if there is none, it is broken or of another training."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("training") != training:
                return None
            parts: dict[str, dict] = {part: {} for part in PARTS}
            for name in file.keys():  # noqa: SIM118  (it is no dictionary)
                part, _, rest = name.partition(".")
                parts[part][rest] = file.get_tensor(name)
    except (OSError, safetensors.SafetensorError):
        return None
    curve = [Epoch(*row) for row in json.loads(metadata["curve"])]
    return Snapshot(**parts, best_epoch=int(metadata["best_epoch"]), curve=curve)
