"""Speech through a trained autoencoder and back, with the original phase."""

from typing import NamedTuple

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.dsp import stft
from sdmvae.nn.linear import ignore_float_warnings


class Analysis(NamedTuple):
    """What an autoencoder makes of the T frames of an utterance.

    Attributes:
        codes: the mean code, shape (T, D).
        hard_codes: the code of hard decisions, shape (T, D), for a model that makes any.
        power: the estimate of the power, shape (T, bins).
        reconstruction, kl: terms of minus the ELBO, one sample a frame, nats, shape (T,).
        iwae: importance-weighted bound, nats, shape (T,).
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
    autoencoder: Autoencoder,
    log_power: np.ndarray,
    *,
    decode: str,
    importance_samples: int,
    seed: int,
) -> Analysis:
    """Codes, spectra and bounds of log-power frames of shape (T, bins).

    The spectra are decoded from the `mean` code, or from a `sample` of the posterior, as the
    authors' published code does; every draw comes from `seed`.
    """
    model, device = autoencoder.model, next(autoencoder.parameters()).device
    frames = torch.from_numpy(log_power).to(device)
    heads = autoencoder.encode(autoencoder.features(frames))
    generator = torch.Generator(device).manual_seed(seed)
    reconstruction, kl, _ = autoencoder.bound(frames, generator)
    iwae = autoencoder.importance_weighted_bound(frames, importance_samples, generator)
    mean = model.mean(heads)
    draw = mean if decode == "mean" else model.sample(heads, generator)
    estimate = autoencoder.likelihood.expected_power(autoencoder.decode(draw))
    return Analysis(
        *(
            None if each is None else each.cpu().numpy()
            for each in (
                model.code(mean),
                model.hard_code(heads),
                estimate,
                reconstruction,
                kl,
                iwae,
            )
        )
    )


def resynthesise(
    autoencoder: Autoencoder,
    samples: np.ndarray,
    *,
    window: int,
    hop: int,
    floor: float,
    decode: str,
    importance_samples: int,
    seed: int,
) -> tuple[np.ndarray, Analysis]:
    """Peak-normalised samples (n,) made again with their own phase, (n,), and their code."""
    spectrogram = stft.stft(samples, window=window, hop=hop)
    coded = analyse(
        autoencoder,
        stft.log_power(spectrogram, floor=floor),
        decode=decode,
        importance_samples=importance_samples,
        seed=seed,
    )
    rebuilt = with_phase(coded.power, spectrogram)
    return stft.istft(rebuilt, window=window, hop=hop, length=len(samples)), coded


def with_phase(power: np.ndarray, spectrogram: np.ndarray) -> np.ndarray:
    """sqrt(power) with the phase of `spectrogram`, both (T, bins); no phase counts as 0."""
    magnitude = np.abs(spectrogram)
    silent = magnitude == 0
    phase = np.where(silent, 1, spectrogram) / np.where(silent, 1, magnitude)
    return np.sqrt(power) * phase
