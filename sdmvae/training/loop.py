"""The only training loop: Adam on the negative bound of shuffled frames, with early stopping."""

import copy
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.dataset.frames import Frames
from sdmvae.nn.linear import ignore_float_warnings
from sdmvae.nn.sparsity import hoyer_above_gaussian
from sdmvae.runtime.seeds import seed_for
from sdmvae.training.batches import Batches
from sdmvae.training.optimiser import Optimiser
from sdmvae.training.settings import Settings

VALIDATION_BATCH = 1024
SPARSITY_FRAMES = 16_384  # more of them would take time and memory, and the mean hardly changes


class TrainingError(RuntimeError):
    """Training cannot go on; the message is one line."""


class Epoch(NamedTuple):
    """One row of the training curve. Losses and their terms are in nats per frame.

    Attributes:
        epoch: The number of the epoch, from 1.
        train_loss: The mean loss of training frames while the epoch went on.
        validation_loss: The loss of validation frames: the sum of the three terms that follow, with
            beta times the KL.
        reconstruction: -log p(s | z) of validation frames.
        kl: KL(q || p) of validation frames.
        penalty: The model's penalty on validation frames, which is no part of the bound.
        hoyer_above_gaussian: How much sparser the mean codes of validation frames are than Gaussian
            codes: the mean over frames of `sparsity.hoyer_above_gaussian`, without a unit. If
            there are more than `SPARSITY_FRAMES` frames, it is of some of them, in equal steps. It
            is NaN if no frame has a sparsity.
    """

    epoch: int
    train_loss: float
    validation_loss: float
    reconstruction: float
    kl: float
    penalty: float
    hoyer_above_gaussian: float


class Snapshot(NamedTuple):
    """Where training stands after an epoch: enough to go on as if it had never stopped.

    Attributes:
        weights: The network's weights by name. They change when training goes on.
        moments: Adam's state by parameter number and name. It changes when training goes on.
        best: The weights of the best epoch so far; empty before there is one.
        best_epoch: The number of the best epoch, or 0.
        curve: One row per epoch.
    """

    weights: dict[str, torch.Tensor]
    moments: dict[str, torch.Tensor]
    best: dict[str, torch.Tensor]
    best_epoch: int
    curve: list[Epoch]


class Trained(NamedTuple):
    """The weights of the best epoch, the number of that epoch, and the whole curve."""

    weights: dict[str, torch.Tensor]
    best_epoch: int
    curve: list[Epoch]

    @property
    def summary(self) -> str:
        """What a user wants to read when training is over."""
        loss = self.curve[self.best_epoch - 1].validation_loss
        epochs = f"best epoch {self.best_epoch} of {len(self.curve)}"
        return f"{epochs}, validation loss {loss:.2f} nats per frame"


def _ignore(snapshot: Snapshot) -> None:
    pass


@ignore_float_warnings
def train(
    autoencoder: Autoencoder,
    train_frames: Frames | np.ndarray,
    validation_frames: Frames | np.ndarray,
    settings: Settings,
    *,
    start: Snapshot | None = None,
    after_epoch: Callable[[Snapshot], None] = _ignore,
) -> Trained:
    """Minimise the loss while the validation loss improves.

    The loss is the negative bound and the model's penalty, with beta times the KL. It also decides
    which epoch is the best, and when patience ends.

    All random numbers come from generators that are seeded by (seed, name, purpose, epoch).
    Validation losses of epochs in which the model was still being annealed do not compare, so the
    best epoch and the patience count from the end of annealing. If annealing never ends, the last
    epoch is taken.

    Args:
        autoencoder: The network, whose weights are changed.
        train_frames: Log-power frames, shape (frames, bins).
        validation_frames: Log-power frames of other speakers.
        settings: How to train.
        start: A snapshot of the same training. Training goes on from it to the same end, bit for
            bit.
        after_epoch: It is called with a snapshot after every epoch.

    Raises:
        TrainingError: There are no frames, or the loss is not finite any more.
    """
    if not len(train_frames) or not len(validation_frames):
        raise TrainingError("there are no frames to train or to validate on")
    autoencoder.to(settings.device)
    whole = autoencoder.encoder.takes_utterances
    batches = Batches(train_frames, settings.batch_size, whole, settings.device)
    validation = Batches(validation_frames, VALIDATION_BATCH, whole, settings.device)
    optimiser = Optimiser(autoencoder, settings, replayed=settings.device != "cpu" and not whole)
    best: dict[str, torch.Tensor] = {}
    best_epoch, curve = 0, list[Epoch]()
    if start is not None:
        autoencoder.load_state_dict(start.weights)
        optimiser.restore(start.moments)
        best, best_epoch, curve = start.best, start.best_epoch, list(start.curve)
    for epoch in range(len(curve) + 1, settings.epochs + 1):
        if best and len(curve) - best_epoch >= settings.patience:
            break
        train_loss, settled = optimiser.train_epoch(batches, epoch)
        reconstruction, kl, penalty, codes = validate(autoencoder, validation, settings)
        loss = reconstruction + settings.beta * kl + penalty
        row = Epoch(epoch, train_loss, loss, reconstruction, kl, penalty, measure_sparsity(codes))
        curve.append(row)
        if not math.isfinite(row.train_loss) or not math.isfinite(row.validation_loss):
            raise TrainingError(
                f"the loss of epoch {epoch} is not finite; try a lower train.learning_rate"
            )
        if settled and (not best or row.validation_loss < curve[best_epoch - 1].validation_loss):
            best, best_epoch = _copy_weights(autoencoder), epoch
        weights = autoencoder.state_dict()
        after_epoch(Snapshot(weights, optimiser.moments(), best, best_epoch, curve))
    if not best:
        best, best_epoch = _copy_weights(autoencoder), len(curve)
    return Trained(best, best_epoch, curve)


def measure_sparsity(codes: np.ndarray) -> float:
    """Return the mean Hoyer above Gaussian of codes (T, D); NaN if it is not defined for any."""
    some = codes[:: -(-len(codes) // SPARSITY_FRAMES)]
    values = hoyer_above_gaussian(some)
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else math.nan


@torch.no_grad()
def validate(
    autoencoder: Autoencoder, validation: Batches, settings: Settings
) -> tuple[float, float, float, np.ndarray]:
    """Return the terms of the loss of validation frames, and the mean codes of all frames.

    The noise is the same whenever it is called.

    Args:
        autoencoder: The network. It is in training mode afterwards.
        validation: The frames.
        settings: The settings of the training.

    Returns:
        The reconstruction, the KL and the penalty, each a mean over frames in nats, and the codes,
        shape (T, D).
    """
    seed = seed_for(settings.seed, settings.name, "validation")
    generator = torch.Generator(settings.device).manual_seed(seed)
    totals = torch.zeros(3, dtype=torch.float64, device=settings.device)
    codes = []
    autoencoder.eval()
    for batch in validation.in_order():
        posterior = autoencoder.encode(autoencoder.encoder_input(batch))
        codes.append(autoencoder.model.mean_code(posterior))
        reconstruction, kl, penalty = autoencoder.bound(batch, generator, posterior)
        per_frame = (reconstruction, kl, penalty.expand(len(batch)))
        totals += torch.stack([term.double().sum() for term in per_frame])
    autoencoder.train()
    reconstruction, kl, penalty = (totals / validation.frames).tolist()
    return reconstruction, kl, penalty, torch.cat(codes).cpu().numpy()


def _copy_weights(autoencoder: Autoencoder) -> dict[str, torch.Tensor]:
    return copy.deepcopy({name: tensor.cpu() for name, tensor in autoencoder.state_dict().items()})
