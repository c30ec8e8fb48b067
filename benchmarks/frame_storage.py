"""What it takes to keep the frames of training speech as frames or as waveforms.

Usage, from the root of the repository:

    python -m benchmarks.frame_storage FOLDER [--rounds N] [--utterances N]

The folder contains speech in FLAC at 16 kHz, at any depth. The vae with m = 32 is trained on it in
batches of 128 from each of these stores:

- frames: float32, as by default (`stft.frames: stored`)
- half: float16, which only this measurement offers
- waveforms: the samples, of two bytes where that is enough (`stft.frames: waveforms`)
- waveforms-24: the samples, all of three bytes

No store is kept in memory. The rates are of the time that the processor works, so that other work
on the machine matters less. In each round there is an epoch of each store in turn, and rates of the
same round are compared. Memory is the peak of a process that does nothing but such a training.
"""

import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from benchmarks.measure import BATCH, BINS, PINNED, STFT, configure, ratios
from sdmvae import autoencoder
from sdmvae.dataset import features, frames, npy_file, waveforms
from sdmvae.dataset.waveforms import Waveform
from sdmvae.params import RATE
from sdmvae.runtime.progress import progress
from sdmvae.training import loop
from sdmvae.training.batches import Batches
from sdmvae.training.settings import Settings

NAMES = ("frames", "half", "waveforms", "waveforms-24")
M = 32


class Timed(NamedTuple):
    """Microseconds to read a frame, and the frames per second of a whole epoch of training."""

    reading: float
    rate: float


class HalfFrames:
    """Frames in half precision, read from a file like `frames.Frames`."""

    def __init__(self, path: Path) -> None:
        """Open a file."""
        self._file = npy_file.NpyFile(path)
        self.shape = self._file.shape

    def __len__(self) -> int:
        """Return the number of frames."""
        return self.shape[0]

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """Return some frames in single precision."""
        stored = np.empty((len(rows), self.shape[1]), "<f2")
        self._file.read(rows * stored[:1].nbytes, stored)
        return stored.astype(np.float32)


def main() -> None:
    """Print a table, or with --one train from one store."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="a folder of FLAC files at 16 kHz")
    parser.add_argument("--rounds", type=int, default=7, help="the number of rounds")
    parser.add_argument("--utterances", type=int, help="how many files are used at most")
    parser.add_argument("--one", choices=NAMES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    frames.KEPT = 0
    if arguments.one:
        print(json.dumps(train_once(arguments.folder, arguments.one)))
        return
    with tempfile.TemporaryDirectory() as name:
        stores = Path(name)
        paths = sorted(arguments.folder.rglob("*.flac"))[: arguments.utterances]
        count = write_stores(paths, stores)
        timed: dict[str, list[Timed]] = {name: [] for name in NAMES}
        runs = [name for _ in range(arguments.rounds) for name in NAMES]
        for name in progress(runs, "rates", len(runs), "epoch"):
            timed[name].append(time_epoch(open_store(stores, name)))
        alone = {
            name: train_apart(stores, name)
            for name in progress(NAMES, "memory", len(NAMES), "process")
        }
        print(table(timed, alone, stores, count))


def write_stores(paths: list[Path], folder: Path) -> int:
    """Write all stores of the same speech, and return the number of frames."""
    cut = {"window": STFT.window, "hop": STFT.hop, "trim": STFT.trim}
    transform = {"window": STFT.window, "hop": STFT.hop, "floor": STFT.floor}

    def speech() -> Iterator[Waveform]:
        return features.utterance_waveforms(paths, folder, **cut)

    def wide() -> Iterator[Waveform]:
        for samples, peak in speech():
            if samples.shape[1] == 3:
                yield Waveform(samples, peak)
            else:
                yield Waveform(np.pad(samples, ((0, 0), (1, 0))), 256 * peak)

    each = features.utterance_frames(paths, folder, trim=STFT.trim, **transform)
    count = frames.write(folder / "frames.npy", each, BINS)
    stored = frames.Frames(folder / "frames.npy").utterances()
    npy_file.write(folder / "half.npy", stored, "<f2", (BINS,))
    waveforms.write(folder / "waveforms.npy", speech(), **transform)
    waveforms.write(folder / "waveforms-24.npy", wide(), **transform)
    return count


def open_store(stores: Path, name: str) -> Any:
    """Return a store, to be indexed like an array of frames."""
    path = stores / f"{name}.npy"
    return HalfFrames(path) if name == "half" else frames.Frames(path)


def time_epoch(store: Any) -> Timed:
    """Read the batches of an epoch, and train for an epoch."""
    before = time.process_time()
    for _ in Batches(store, BATCH, False, "cpu").shuffled(0):
        pass
    reading = time.process_time() - before
    before = time.process_time()
    train(store)
    return Timed(1e6 * reading / len(store), len(store) / (time.process_time() - before))


def train_apart(stores: Path, name: str) -> dict[str, Any]:
    """Return what `train_once` returns in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.frame_storage", str(stores), "--one", name]
    done = subprocess.run(
        command, env={**os.environ, **PINNED}, check=True, text=True, stdout=subprocess.PIPE
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def train_once(stores: Path, name: str) -> dict[str, Any]:
    """Train for an epoch, and return the peak of memory, the largest error, and a digest.

    The digest is of the batches in a random order, and of the weights.
    """
    store, exact = open_store(stores, name), frames.Frames(stores / "frames.npy")
    digest, largest = hashlib.sha256(), 0.0
    for rows in np.array_split(np.random.default_rng(0).permutation(len(store)), 100):
        batch = store[rows]
        largest = max(largest, float(np.abs(batch - exact[rows]).max()))
        digest.update(batch.tobytes())
    for _, weight in sorted(train(store).weights.items()):
        digest.update(weight.numpy().tobytes())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"memory": memory, "error": largest, "digest": digest.hexdigest()}


def train(store: Any) -> loop.Trained:
    """Train for one epoch."""
    settings = Settings(
        learning_rate=2e-3,
        batch_size=BATCH,
        epochs=1,
        patience=1,
        seed=0,
        name="vae-m32",
        device="cpu",
    )
    configuration = configure("vae", {}, M)
    network = autoencoder.build(configuration, torch.Generator().manual_seed(0))
    return loop.train(network, store, store[np.arange(BATCH)], settings)


def table(
    timed: dict[str, list[Timed]], alone: dict[str, dict[str, Any]], stores: Path, count: int
) -> str:
    """Return the table of all stores."""
    hours = count * STFT.hop / RATE / 3600
    lines = [
        f"{60 * hours:.1f} minutes of trimmed speech, {count} frames\n",
        "| store | MB an hour | µs to read a frame | frames/s of a core | of the rate of frames "
        "| memory, MB | largest error | the same batches and weights |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for name, values in timed.items():
        size = sum(path.stat().st_size for path in stores.glob(f"{name}[._]*"))
        rates = [value.rate for value in values]
        share = ratios(rates, [value.rate for value in timed["frames"]], "{:.2f}")
        cells = (
            name,
            f"{size / hours / 1e6:.0f}",
            f"{statistics.median(value.reading for value in values):.1f}",
            f"{statistics.median(rates):,.0f}",
            share,
            f"{alone[name]['memory']:.0f}",
            f"{alone[name]['error']:.1e}",
            "yes" if alone[name]["digest"] == alone["frames"]["digest"] else "no",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
