"""After how many epochs a training reaches a validation loss, to a fraction of an epoch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from sdmvae import autoencoder, params
from sdmvae.dataset.frames import Frames
from sdmvae.runtime.seeds import seed_for
from sdmvae.training.batches import Batches
from sdmvae.training.loop import VALIDATION_BATCH, validate
from sdmvae.training.optimiser import Optimiser
from sdmvae.training.settings import Settings

PARTS = 20  # of an epoch; the loss is computed after each


class _Reached(Exception):
    """The loss is reached; its argument is the number of epochs."""


class _Watched(Batches):
    """Batches that call a function after every part of an epoch."""

    after_part: Callable[[int], None]

    def shuffled(self, seed: int) -> Iterator[torch.Tensor]:
        ends = {round(len(self) * part / PARTS): part for part in range(1, PARTS)}
        for number, batch in enumerate(super().shuffled(seed)):
            if number in ends:
                self.after_part(ends[number])
            yield batch
        self.after_part(PARTS)


def find_epochs_to_loss(folder: Path, training: params.Training, loss: float) -> float | None:
    """Train a cell as its stage does until its validation loss is at most `loss`.

    Args:
        folder: The root of a project with frames.
        training: The cell and the seed.
        loss: The loss, in nats per frame.

    Returns:
        The number of epochs, a multiple of 1 / `PARTS`; None if all epochs do not reach it.

    Raises:
        ParameterError: params.yaml cannot be used.
    """
    settings = params.read(folder / "params.yaml")
    frames, validation_frames = (
        Frames(folder / f"data/frames/{part}.npy") for part in ("train", "validation")
    )
    cell, how = training.cell, Settings.from_params(settings, training)
    generator = torch.Generator().manual_seed(seed_for(training.seed, cell.seed_name, "weights"))
    network = autoencoder.build(settings.configuration(cell, frames.shape[1]), generator)
    whole = network.encoder.takes_utterances
    batches = _Watched(frames, how.batch_size, whole, "cpu")
    validation = Batches(validation_frames, VALIDATION_BATCH, whole, "cpu")
    optimiser = Optimiser(network, how, replayed=False)
    try:
        for epoch in range(1, how.epochs + 1):

            def check(part: int, done: int = epoch - 1) -> None:
                reconstruction, kl, penalty, _ = validate(network, validation, how)
                if reconstruction + how.beta * kl + penalty <= loss:
                    raise _Reached(done + part / PARTS)

            batches.after_part = check
            optimiser.train_epoch(batches, epoch)
    except _Reached as reached:
        return float(reached.args[0])
    return None
