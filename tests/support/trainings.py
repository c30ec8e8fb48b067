"""Short trainings of small networks, and frames for them."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.dataset import frames as frame_store
from sdmvae.dataset import waveforms
from sdmvae.dataset.frames import Frames
from sdmvae.dsp import stft
from sdmvae.dsp.signal import normalise
from sdmvae.models.base import Posterior
from sdmvae.models.vae import VAE
from sdmvae.training import loop
from sdmvae.training.loop import Trained
from sdmvae.training.settings import Settings
from tests.support import networks

BINS = 9
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "vae": ("vae", {}),
    "vsc": ("vsc", {"alpha": 0.5}),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 5}),
}


class NoiselessVAE(VAE):
    """A VAE that decodes the mean, so that its bound has no noise."""

    def sample(self, posterior: Posterior, generator: torch.Generator) -> torch.Tensor:
        """Return mu."""
        mean, _ = posterior
        return mean


def build(name: str = "vae") -> Autoencoder:
    """Return an untrained autoencoder: one of `MODELS`, or "noiseless"."""
    if name == "noiseless":
        autoencoder = networks.build(hidden=[128])
        autoencoder.model = NoiselessVAE(3)
        return autoencoder
    return networks.build(*MODELS[name], hidden=[128])


def frames(count: int = 96, seed: int = 0) -> np.ndarray:
    """Return the log-power of two kinds of frames, low and high, at several levels."""
    random = np.random.default_rng(seed)
    low = np.where(np.arange(BINS) < BINS // 2, 20.0, 0.01)
    kinds = np.stack([low, low[::-1]])[random.integers(0, 2, count)]
    level = 10.0 ** random.integers(-1, 2, (count, 1))
    power = kinds * level * random.exponential(size=(count, BINS)) + 1e-6
    log_power: np.ndarray = np.log(power).astype(np.float32)
    return log_power


def frames_of_speech(folder: Path) -> dict[str, dict[str, Frames]]:
    """Return the frames of noise from a store of frames, and from one of waveforms.

    They are the arguments of `train`, of the kinds "stored" and "waveforms".
    """
    random, how = np.random.default_rng(0), {"window": 2 * (BINS - 1), "hop": 4, "floor": 1e-6}
    kinds: dict[str, dict[str, Frames]] = {"stored": {}, "waveforms": {}}
    for part, lengths in (("train", (300, 41, 100)), ("validation", (120, 77))):
        speech = [np.rint(1e6 * random.standard_normal(each)) / 2**23 for each in lengths]
        each = [normalise(samples) for samples in speech]
        log_power = [stft.log_power_frames(samples, **how) for samples, _ in each]
        packed = [waveforms.pack(stft.pad(x, how["window"]), peak) for x, peak in each]
        paths = {kind: folder / f"{kind}-{part}.npy" for kind in kinds}
        frame_store.write(paths["stored"], log_power, BINS)
        waveforms.write(paths["waveforms"], packed, **how)
        for kind, path in paths.items():
            kinds[kind][f"{part}_frames"] = Frames(path)
    return kinds


def flat_frames(power: float, count: int = 32) -> np.ndarray:
    """Return frames with the same power in every bin."""
    return np.full((count, BINS), np.log(power), dtype=np.float32)


def settings(**changes: Any) -> Settings:
    """Return the settings of a short training, with some of them changed."""
    fields = {
        "learning_rate": 3e-3,
        "batch_size": 32,
        "epochs": 3,
        "patience": 20,
        "seed": 0,
        "name": "vae-m3",
        "device": "cpu",
    }
    return Settings(**{**fields, **changes})


def train(
    autoencoder: Autoencoder,
    train_frames: Frames | np.ndarray | None = None,
    validation_frames: Frames | np.ndarray | None = None,
    *,
    start: loop.Snapshot | None = None,
    after_epoch: Any = None,
    **changes: Any,
) -> Trained:
    """Train on frames of this module, unless others are given; `changes` are of the settings."""
    return loop.train(
        autoencoder,
        frames() if train_frames is None else train_frames,
        frames(40, seed=1) if validation_frames is None else validation_frames,
        settings(**changes),
        start=start,
        **({} if after_epoch is None else {"after_epoch": after_epoch}),
    )


def same(weights: dict[str, torch.Tensor], others: dict[str, torch.Tensor]) -> bool:
    """Return whether two sets of weights are equal bit for bit."""
    assert weights.keys() == others.keys()
    return all(torch.equal(tensor, others[name]) for name, tensor in weights.items())


def assert_same_training(trained: Trained, other: Trained) -> None:
    """Check that two trainings have equal weights, curves and best epochs."""
    assert same(trained.weights, other.weights)
    assert (trained.curve, trained.best_epoch) == (other.curve, other.best_epoch)
