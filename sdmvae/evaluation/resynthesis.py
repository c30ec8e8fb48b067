"""Speech through a trained autoencoder and back, with the original phase."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.dsp import stft
from sdmvae.nn.linear import ignore_float_warnings
from sdmvae.params import Params


@dataclass(frozen=True)
class Settings:
    """How speech is analysed and resynthesised.

    Attributes:
        window: Samples per STFT frame.
        hop: Samples between frames.
        floor: The least power of a bin.
        decode: "mean" decodes the mean code, "sample" the code of a sample from the posterior, as
            the authors' published code does.
        importance_samples: K of the importance-weighted bound.
    """

    window: int
    hop: int
    floor: float
    decode: str
    importance_samples: int

    @classmethod
    def from_params(cls, params: Params) -> "Settings":
        """Take the settings that params.yaml has."""
        return cls(
            window=params.stft.window,
            hop=params.stft.hop,
            floor=params.stft.floor,
            decode=params.resynthesize.decode,
            importance_samples=params.resynthesize.importance_samples,
        )


class Analysis(NamedTuple):
    """What an autoencoder makes of the T frames of an utterance.

    Attributes:
        codes: The mean code, shape (T, D).
        hard_codes: The code with exact zeros, shape (T, D), if the model has one.
        power: The estimate of the power, shape (T, bins).
        reconstruction: -log p(s | z) at one sample, nats per frame, shape (T,).
        kl: KL(q || p), nats per frame, shape (T,).
        iwae: The importance-weighted bound, nats per frame, shape (T,).
    """

    codes: np.ndarray
    hard_codes: np.ndarray | None
    power: np.ndarray
    reconstruction: np.ndarray
    kl: np.ndarray
    iwae: np.ndarray


@ignore_float_warnings
@torch.no_grad()
def analyse(
    autoencoder: Autoencoder, log_power: np.ndarray, settings: Settings, seed: int
) -> Analysis:
    """Compute codes, spectra and bounds of the frames of an utterance.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        log_power: Log-power frames, shape (T, bins), float32.
        settings: How to decode.
        seed: The seed of every sample.
    """
    model, device = autoencoder.model, next(autoencoder.parameters()).device
    frames = torch.from_numpy(log_power).to(device)
    posterior = autoencoder.encode(autoencoder.encoder_input(frames))
    generator = torch.Generator(device).manual_seed(seed)
    bound = autoencoder.bound(frames, generator)
    iwae = autoencoder.importance_weighted_bound(frames, settings.importance_samples, generator)
    codes = decoded = model.mean_code(posterior)
    if settings.decode == "sample":
        decoded = model.code(model.sample(posterior, generator), posterior)
    power = autoencoder.likelihood.expected_power(autoencoder.decode(decoded))
    hard_codes = model.hard_code(posterior, generator)
    return Analysis(
        codes=codes.cpu().numpy(),
        hard_codes=None if hard_codes is None else hard_codes.cpu().numpy(),
        power=power.cpu().numpy(),
        reconstruction=bound.reconstruction.cpu().numpy(),
        kl=bound.kl.cpu().numpy(),
        iwae=iwae.cpu().numpy(),
    )


def resynthesise(
    autoencoder: Autoencoder, samples: np.ndarray, settings: Settings, seed: int
) -> tuple[np.ndarray, Analysis]:
    """Send an utterance through an autoencoder.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        samples: Peak-normalised samples at 16 kHz, shape (n,).
        settings: How to analyse and to decode.
        seed: The seed of every sample from the posterior.

    Returns:
        The resynthesised samples with the original phase, shape (n,), and the analysis.
    """
    spectrogram = stft.stft(samples, window=settings.window, hop=settings.hop)
    log_power = stft.log_power(spectrogram, floor=settings.floor)
    analysis = analyse(autoencoder, log_power, settings, seed)
    rebuilt = with_phase(analysis.power, spectrogram)
    estimate = stft.istft(rebuilt, window=settings.window, hop=settings.hop, length=len(samples))
    return estimate, analysis


def with_phase(power: np.ndarray, spectrogram: np.ndarray) -> np.ndarray:
    """Return sqrt(power) with the phase of a spectrogram; a silent bin has phase 0.

    Args:
        power: Shape (T, bins).
        spectrogram: Complex, shape (T, bins).
    """
    magnitude = np.abs(spectrogram)
    silent = magnitude == 0
    phase = np.where(silent, 1, spectrogram) / np.where(silent, 1, magnitude)
    return np.asarray(np.sqrt(power) * phase)
