"""A training that shows its progress and goes on after an interruption."""

import csv
import math
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sdmvae.autoencoder import Autoencoder
from sdmvae.dataset.frames import Frames
from sdmvae.runtime.progress import progress
from sdmvae.training import checkpoint
from sdmvae.training.loop import Epoch, Snapshot, Trained, train
from sdmvae.training.settings import Settings


def train_resumably(
    autoencoder: Autoencoder,
    train_frames: Frames | np.ndarray,
    validation_frames: Frames | np.ndarray,
    settings: Settings,
    *,
    path: Path,
    key: str,
) -> Trained:
    """Train, with a checkpoint after every epoch.

    Args:
        autoencoder: The network, whose weights are changed.
        train_frames: Log-power frames, shape (frames, bins).
        validation_frames: Log-power frames of other speakers.
        settings: How to train.
        path: The checkpoint's file. It is left there, for the caller to remove once the result
            is written.
        key: What the training depends on. A checkpoint with another key is not used.

    Raises:
        TrainingError: There are no frames, or the loss is not finite any more.
    """
    start = checkpoint.load(path, key)
    done = len(start.curve) if start else 0
    if start:
        print(f"train {settings.name}: goes on after epoch {done} of an interrupted run")
    bar: tqdm[None] = progress(None, f"train {settings.name}", settings.epochs, "epoch", done)
    with bar:

        def after_epoch(snapshot: Snapshot) -> None:
            checkpoint.save(path, key, snapshot)
            loss = snapshot.curve[-1].validation_loss
            bar.set_postfix_str(f"validation loss {loss:.2f}", refresh=False)
            bar.update()

        return train(
            autoencoder,
            train_frames,
            validation_frames,
            settings,
            start=start,
            after_epoch=after_epoch,
        )


def write_curve(path: Path, curve: list[Epoch]) -> None:
    """Write a training curve as CSV, one row per epoch, with four decimals; NaN is left empty."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(Epoch._fields)
        rows.writerows([row.epoch, *map(_round, row[1:])] for row in curve)


def _round(value: float) -> float | str:
    return "" if math.isnan(value) else round(value, 4)
