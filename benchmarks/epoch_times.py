"""The time of an epoch of the authors' loop and of ours, on the frames of finished runs."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from benchmarks.loops_of_others import authors_steps
from benchmarks.measure import BATCH, HIDDEN, STFT, seconds_of
from sdmvae import autoencoder, params
from sdmvae.dataset.frames import Frames
from sdmvae.training.batches import Batches
from sdmvae.training.optimiser import Optimiser
from sdmvae.training.settings import Settings

# After its part of a round, the worker of the authors' loop fills its queue once more.
SECONDS_OF_REST = 0.5

Epoch = Callable[[], float]  # trains, and returns the seconds that an epoch takes


class RunsError(ValueError):
    """Two runs cannot be compared; the message is one line."""


def prepare(authors: Path, ours: Path, name: str, seed: int, steps: int) -> dict[str, Epoch]:
    """Return the loops to measure.

    Args:
        authors: The root of the run with the recipe of the authors.
        ours: The root of the run with our recipe.
        name: The cell.
        seed: The seed of our loop.
        steps: The steps of the authors' loop that are measured at once.

    Raises:
        ParameterError: A params.yaml cannot be used.
        RunsError: The runs have other frames, or another network than the authors' loop.
    """
    settings = {folder: params.read(folder / "params.yaml") for folder in (authors, ours)}
    for folder, each in settings.items():
        if (each.stft, each.network.hidden, each.train.batch_size) != (STFT, [HIDDEN], BATCH):
            raise RunsError(
                f"{folder}: the transform, the hidden layers or the batches are not those of the "
                f"authors' loop: {STFT}, hidden {[HIDDEN]}, batches of {BATCH}"
            )
    stores = [Frames(folder / "data/frames/train.npy") for folder in (authors, ours)]
    if not np.array_equal(stores[0].lengths, stores[1].lengths):
        raise RunsError(f"{ours}: the training frames are not those of {authors}")
    count = math.ceil(len(stores[0]) / BATCH)
    cell = find_cell(ours, settings[ours], name)
    endless = authors_steps(find_recordings(authors), cell.m)
    return {
        "authors": lambda: time_steps(endless, steps) * count,
        "ours": our_epoch(settings[ours], params.Training(cell=cell, seed=seed), stores[1]),
    }


def find_cell(folder: Path, settings: params.Params, name: str) -> params.Cell:
    """Return a cell of a run by its name.

    Raises:
        RunsError: There is no such cell.
    """
    for cell in settings.cells:
        if cell.name == name:
            return cell
    raise RunsError(f"{folder}: params.yaml declares no cell {name}")


def find_recordings(folder: Path) -> list[Path]:
    """Return the recordings that a run trains on."""
    manifest = pd.read_csv(folder / "data/manifest.csv")
    names = manifest.loc[manifest["split"] == "train", "path"]
    return [folder / "data/speech/train" / name for name in names]


def time_steps(endless: Iterator[int], steps: int) -> float:
    """Return the mean time of the next steps of a loop, in seconds."""

    def take() -> None:
        for _ in range(steps):
            next(endless)

    return seconds_of(take) / steps


def our_epoch(settings: params.Params, training: params.Training, frames: Frames) -> Epoch:
    """Return a function that trains for one epoch with our loop."""
    torch.set_num_threads(1)
    how = Settings.from_params(settings, training)
    configuration = settings.configuration(training.cell, frames.shape[1])
    network = autoencoder.build(configuration, torch.Generator().manual_seed(training.seed))
    batches = Batches(frames, how.batch_size, network.encoder.takes_utterances, "cpu")
    optimiser = Optimiser(network, how, replayed=False)
    return lambda: seconds_of(lambda: optimiser.train_epoch(batches, 1))


def measure(loops: Mapping[str, Epoch], rounds: int, rest: float) -> dict[str, list[float]]:
    """Return the seconds of an epoch of each loop in each round.

    In a round every loop runs in turn, so that other load on the machine meets all of them. One
    more round comes first, and does not count.

    Args:
        loops: The loops by name.
        rounds: The number of rounds.
        rest: The time between two loops, in seconds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(rounds + 1):
        for name, loop in loops.items():
            value = loop()
            if number:
                seconds[name].append(value)
            time.sleep(rest)
    return seconds
