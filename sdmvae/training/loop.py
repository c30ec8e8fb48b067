"""The only training loop: Adam on minus the ELBO of shuffled frames, early stopping."""

import copy
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.dataset.frames import Frames
from sdmvae.nn.linear import ignore_float_warnings
from sdmvae.runtime.seeds import seed_for
from sdmvae.training.cuda_graph import Replayed, graph

EVALUATION_BATCH = 1024


class TrainingError(RuntimeError):
    """Training cannot go on; the message is one line."""


class Epoch(NamedTuple):
    """One row of the training curve, nats a frame: minus the ELBO, what is added, the terms."""

    epoch: int
    train_loss: float
    validation_loss: float
    reconstruction: float
    kl: float
    penalty: float


class Snapshot(NamedTuple):
    """Where training stands after an epoch: what it takes to go on as if it had never stopped.

    Attributes:
        weights: of the network, by name; live, so they hold until training goes on.
        moments: Adam's, by parameter number and name; live.
        best: the weights of the best epoch so far; empty before there is one.
        best_epoch: its number, or 0.
        curve: one row an epoch.
    """

    weights: dict[str, torch.Tensor]
    moments: dict[str, torch.Tensor]
    best: dict[str, torch.Tensor]
    best_epoch: int
    curve: list[Epoch]


class Trained(NamedTuple):
    """The weights of the best epoch, which epoch that is, and the whole curve."""

    weights: dict[str, torch.Tensor]
    best_epoch: int
    curve: list[Epoch]


@ignore_float_warnings
def train(
    autoencoder: Autoencoder,
    train_frames: Frames,
    validation_frames: Frames,
    *,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    patience: int,
    seed: int,
    cell: str,
    device: str,
    start: Snapshot | None = None,
    after_epoch: Callable[[Snapshot], None] = lambda snapshot: None,
) -> Trained:
    """Maximise the bound, less the model's penalty, while the validation loss improves.

    Frames are log-power of shape (N, bins): an array, or what gives rows as one does. Every draw
    comes from a generator seeded by (seed, cell, purpose, epoch). Training ends after `patience`
    epochs without a better loss. Losses of epochs in which the model was still being annealed do
    not compare, so the best epoch and patience count from the end of that; if annealing never
    ends, the last is taken. From `start`, a snapshot of the same training, it goes on to the same
    end, bit for bit.

    Raises:
        TrainingError: there are no frames, or the loss is no longer a number.
    """
    if not len(train_frames) or not len(validation_frames):
        raise TrainingError("there are no frames to train or to validate on")
    autoencoder.to(device)
    if device != "cpu":
        train_frames, validation_frames = (
            torch.from_numpy(each[:]).to(device) for each in (train_frames, validation_frames)
        )
    adam = _Adam(list(autoencoder.parameters()), learning_rate)
    steps_an_epoch = math.ceil(len(train_frames) / batch_size)
    planned = steps_an_epoch * epochs
    losses = torch.zeros(steps_an_epoch, device=device)
    sizes = torch.full_like(losses, batch_size)
    sizes[-1] = len(train_frames) - (steps_an_epoch - 1) * batch_size
    generator = torch.Generator(device)

    def step(batch: torch.Tensor) -> torch.Tensor:
        reconstruction, kl, penalty = autoencoder.bound(batch, generator)
        loss = (reconstruction + kl).mean() + penalty
        adam.step(loss)
        autoencoder.model.constrain()
        return loss.detach()

    if device != "cpu":
        step = Replayed(step, graph(generator))
    best, best_epoch, curve = {}, 0, []
    if start is not None:
        autoencoder.load_state_dict(start.weights)
        adam.restore(start.moments)
        best, best_epoch, curve = start.best, start.best_epoch, list(start.curve)
    for epoch in range(len(curve) + 1, epochs + 1):
        if best and len(curve) - best_epoch >= patience:
            break
        order = np.random.default_rng(seed_for(seed, cell, "order", epoch)).permutation(
            len(train_frames)
        )
        generator.manual_seed(seed_for(seed, cell, "noise", epoch))
        for number, batch in enumerate(_batches(train_frames, order, batch_size)):
            settled = autoencoder.model.anneal((epoch - 1) * steps_an_epoch + number, planned)
            losses[number] = step(batch)
        row = Epoch(
            epoch,
            float((losses.double() * sizes).sum()) / len(train_frames),
            *_validate(autoencoder, validation_frames, seed_for(seed, cell, "validation"), device),
        )
        curve.append(row)
        if not math.isfinite(row.train_loss) or not math.isfinite(row.validation_loss):
            raise TrainingError(
                f"the loss of epoch {epoch} is not finite; try a lower train.learning_rate"
            )
        if settled and (not best or row.validation_loss < curve[best_epoch - 1].validation_loss):
            best, best_epoch = _weights(autoencoder), epoch
        after_epoch(Snapshot(autoencoder.state_dict(), adam.moments(), best, best_epoch, curve))
    if not best:
        best, best_epoch = _weights(autoencoder), len(curve)
    return Trained(best, best_epoch, curve)


class _Adam:
    """PyTorch's fused Adam (Kingma and Ba 2015), beta = 0.9 and 0.999, epsilon 1e-8.

    The optimizer around it takes a tenth of a step's time for what one group needs none of.
    """

    def __init__(self, parameters: list[torch.Tensor], learning_rate: float) -> None:
        self._parameters, self._rate = parameters, learning_rate
        self._averages = [torch.zeros_like(each) for each in parameters]
        self._squares = [torch.zeros_like(each) for each in parameters]
        self._count = torch.zeros((), device=parameters[0].device)

    def step(self, loss: torch.Tensor) -> None:
        """Move the parameters once, down the gradient of `loss`."""
        gradients = torch.autograd.grad(loss, self._parameters)
        with torch.no_grad():
            self._count += 1
            torch._fused_adam_(
                self._parameters,
                gradients,
                self._averages,
                self._squares,
                [],
                [self._count] * len(self._parameters),
                lr=self._rate,
                beta1=0.9,
                beta2=0.999,
                weight_decay=0.0,
                eps=1e-8,
                amsgrad=False,
                maximize=False,
            )

    def moments(self) -> dict[str, torch.Tensor]:
        """The count of steps, and both moments by parameter number; live."""
        averages = {f"{number}.average": each for number, each in enumerate(self._averages)}
        squares = {f"{number}.square": each for number, each in enumerate(self._squares)}
        return {"count": self._count} | averages | squares

    def restore(self, moments: dict[str, torch.Tensor]) -> None:
        """What `moments` gave."""
        for name, each in self.moments().items():
            each.copy_(moments[name])


def _batches(frames: Frames, order: np.ndarray, size: int) -> Iterator[torch.Tensor]:
    """Rows of `frames` in `order`, `size` at a time, on the device where the frames are."""
    if isinstance(frames, torch.Tensor):
        yield from (frames[rows] for rows in torch.from_numpy(order).to(frames.device).split(size))
    else:
        for start in range(0, len(order), size):
            yield torch.from_numpy(frames[order[start : start + size]])


@torch.no_grad()
def _validate(
    autoencoder: Autoencoder, frames: Frames, seed: int, device: str
) -> tuple[float, float, float, float]:
    """Loss and its three terms, mean over frames, under the same noise in every epoch."""
    generator = torch.Generator(device).manual_seed(seed)
    totals = torch.zeros(3, dtype=torch.float64, device=device)
    autoencoder.eval()
    for batch in _batches(frames, np.arange(len(frames)), EVALUATION_BATCH):
        reconstruction, kl, penalty = autoencoder.bound(batch, generator)
        per_frame = (reconstruction, kl, penalty.expand(len(batch)))
        totals += torch.stack([term.double().sum() for term in per_frame])
    autoencoder.train()
    terms = (totals / len(frames)).tolist()
    return sum(terms), *terms


def _weights(autoencoder: Autoencoder) -> dict[str, torch.Tensor]:
    return copy.deepcopy({name: each.cpu() for name, each in autoencoder.state_dict().items()})
