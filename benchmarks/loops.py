"""Training loops that benchmarks/speed.py compares, each for some seconds.

All loops do the same work: batches of 128 frames of 513 bins pass through the network of
sdmvae.autoencoder at m = 64, and Adam makes a step. Usage:

    python -m benchmarks.loops NAME FOLDER SECONDS

The folder contains speech/*.flac and frames.npy. The last line of the output is the rate in frames
per second.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.measure import BATCH, BINS, HIDDEN, CountFrames, M, configure

SECONDS_BEFORE_THE_CLOCK = 1.5
# A model of this project, and its arguments.
OURS: dict[str, tuple[str, dict[str, Any]]] = {
    "vae": ("vae", {}),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 64}),
    "vsc": ("vsc", {"alpha": 0.5}),
}

Loop = Callable[[Path, CountFrames], None]


class TimeIsUp(Exception):
    """The loop has run for long enough."""


class Clock:
    """Counts frames, but not those of the first 1.5 seconds, in which the caches warm up."""

    def __init__(self, seconds: float) -> None:
        """Start now, and raise `TimeIsUp` when frames have been counted for `seconds`."""
        self.seconds, self.begin, self.frames = seconds, time.perf_counter(), 0
        self.elapsed = 0.0
        self.start: float | None = None

    def __call__(self, frames: int) -> None:
        """Count frames that a loop has finished.

        Raises:
            TimeIsUp: The time is up.
        """
        now = time.perf_counter()
        if self.start is None:
            if now - self.begin > SECONDS_BEFORE_THE_CLOCK:
                self.start = now
            return
        self.frames += frames
        self.elapsed = now - self.start
        if self.elapsed > self.seconds:
            raise TimeIsUp


def ours(name: str, folder: Path, count: CountFrames) -> None:
    """Train one cell with the loop of this project."""
    from sdmvae import autoencoder
    from sdmvae.dataset.frames import Frames
    from sdmvae.training import loop
    from sdmvae.training.settings import Settings

    torch.set_num_threads(1)
    model, arguments = OURS[name]
    configuration = configure(model, arguments)
    settings = Settings(
        learning_rate=1e-3,
        batch_size=BATCH,
        epochs=10**6,
        patience=10**6,
        seed=0,
        name=name,
        device="cpu",
    )
    frames = Frames(folder / "frames.npy")
    loop.train(
        autoencoder.build(configuration, torch.Generator().manual_seed(0)),
        frames,
        frames[:BATCH],
        settings,
        after_epoch=lambda snapshot: count(len(frames)),
    )


def products(folder: Path, count: CountFrames) -> None:
    """Compute only the matrix products of a step of the VAE, which no loop can do without."""
    random = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray:
        return random.standard_normal(shape).astype(np.float32)

    x, hidden, posterior = normal(BATCH, BINS), normal(BATCH, HIDDEN), normal(BATCH, 2 * M)
    z, output = normal(BATCH, M), normal(BATCH, BINS)
    encoder, to_posterior = normal(HIDDEN, BINS), normal(2 * M, HIDDEN)
    decoder, to_output = normal(HIDDEN, M), normal(BINS, HIDDEN)
    forward = [(x, encoder.T), (hidden, to_posterior.T), (z, decoder.T), (hidden, to_output.T)]
    backward = [
        *((output, to_output), (output.T, hidden), (hidden, decoder), (hidden.T, z)),
        *((posterior, to_posterior), (posterior.T, hidden), (hidden.T, x)),
    ]
    pairs = forward + backward
    results = [np.empty((a.shape[0], b.shape[1]), np.float32) for a, b in pairs]
    while True:
        for (a, b), result in zip(pairs, results, strict=True):
            np.matmul(a, b, out=result)
        count(BATCH)


def find(name: str) -> Loop:
    """Return a loop by its name."""
    from benchmarks import loops_of_others

    if name.startswith("ours, "):
        return lambda folder, count: ours(name.removeprefix("ours, "), folder, count)
    others = {
        "products": products,
        "eager": loops_of_others.eager,
        "authors-style": loops_of_others.authors_style,
        "pythae": loops_of_others.pythae,
    }
    return others[name]


def main() -> None:
    """Run one loop and print its rate."""
    name, folder, seconds = sys.argv[1:]
    clock = Clock(float(seconds))
    try:
        find(name)(Path(folder), clock)
    except TimeIsUp:
        print(clock.frames / clock.elapsed)


if __name__ == "__main__":
    main()
