"""Speech through a trained autoencoder and back, with the original phase."""

from typing import NamedTuple

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder


class Coded(NamedTuple):
    """What an autoencoder makes of the T frames of an utterance.

    Attributes:
        codes: the mean code, shape (T, D).
        variance: y decoded from it, shape (T, bins).
        reconstruction, kl: terms of minus the ELBO, one sample a frame, nats, shape (T,).
    """

    codes: np.ndarray
    variance: np.ndarray
    reconstruction: np.ndarray
    kl: np.ndarray


@torch.no_grad()
def code(autoencoder: Autoencoder, power: np.ndarray, seed: int) -> Coded:
    """Codes, spectra and bound of power frames of shape (T, bins); `seed` is for the bound."""
    device = next(autoencoder.parameters()).device
    frames = torch.from_numpy(power.astype(np.float32)).to(device)
    codes = autoencoder.model.code(autoencoder.encode(frames))
    variance = autoencoder.decode(codes).exp()
    bound = autoencoder.bound(frames, torch.Generator(device).manual_seed(seed))
    return Coded(*(each.cpu().numpy() for each in (codes, variance, *bound)))


def with_phase(variance: np.ndarray, spectrogram: np.ndarray) -> np.ndarray:
    """sqrt(y) with the phase of `spectrogram`, both of shape (T, bins); no phase counts as 0."""
    magnitude = np.abs(spectrogram)
    silent = magnitude == 0
    phase = np.where(silent, 1, spectrogram) / np.where(silent, 1, magnitude)
    return np.sqrt(variance) * phase
