"""Speech through a trained autoencoder and back, with the original phase."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.dsp import stft
from sdmvae.evaluation.likelihoods import Bounds, bound_likelihoods
from sdmvae.evaluation.phase import rebuild
from sdmvae.nn.linear import ignore_float_warnings
from sdmvae.nn.priors import Prior
from sdmvae.params import Params

NO_PRIORS: Mapping[str, Prior] = MappingProxyType({})


@dataclass(frozen=True)
class Settings:
    """How speech is analysed and resynthesised.

    Attributes:
        window: Samples per STFT frame.
        hop: Samples between frames.
        floor: The least power of a bin.
        decode: "mean" decodes the mean code, "sample" the code of a sample from the posterior, as
            the authors' published code does.
        importance_samples: K of the importance-weighted bounds.
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
        kl_by_dimension: KL(q || p) of each dimension of the sample, nats, shape (T, D), if the
            model has one.
        signal_to_noise: mu / sigma of each dimension of the sample, shape (T, D), if the posterior
            has one.
        power: The estimate of the power, shape (T, bins).
        log_power: The log-power of the frames themselves, shape (T, bins).
        bounds: By name, in nats per frame, shape (T,): the ``objective`` of training without the
            penalty, -(reconstruction + kl); ``reconstruction``, -log p(s | z) at one sample;
            ``kl``, KL(q || p); and what `bound_likelihoods` returns.
    """

    codes: np.ndarray
    hard_codes: np.ndarray | None
    kl_by_dimension: np.ndarray | None
    signal_to_noise: np.ndarray | None
    power: np.ndarray
    log_power: np.ndarray
    bounds: Bounds


@ignore_float_warnings
@torch.no_grad()
def analyse(
    autoencoder: Autoencoder,
    log_power: np.ndarray,
    settings: Settings,
    seed: int,
    priors: Mapping[str, Prior] = NO_PRIORS,
) -> Analysis:
    """Compute codes, spectra and bounds of the frames of an utterance.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        log_power: Log-power frames, shape (T, bins), float32.
        settings: How to decode.
        seed: The seed of every sample.
        priors: The priors that were fitted to the model, by name.
    """
    model, device = autoencoder.model, autoencoder.device
    frames = torch.from_numpy(log_power).to(device)
    encoder_input = autoencoder.encoder_input(frames)
    posterior = autoencoder.encode(encoder_input)
    generator = torch.Generator(device).manual_seed(seed)
    terms = autoencoder.bound(frames, generator)
    likelihoods = bound_likelihoods(
        autoencoder, frames, settings.importance_samples, priors, generator
    )
    codes = decoded = model.mean_code(posterior)
    if settings.decode == "sample":
        decoded = model.code(model.sample(posterior, generator), posterior)
    power = autoencoder.likelihood.expected_power(autoencoder.decode(decoded))
    sample = model.sample(posterior, generator)
    own_prior = model.prior(encoder_input, autoencoder.encode)
    return Analysis(
        codes=codes.cpu().numpy(),
        hard_codes=_to_numpy(model.hard_code(posterior, generator)),
        kl_by_dimension=_to_numpy(model.kl_by_dimension(posterior, sample, own_prior)),
        signal_to_noise=_to_numpy(model.signal_to_noise(posterior)),
        power=power.cpu().numpy(),
        log_power=log_power,
        bounds={
            "objective": -(terms.reconstruction + terms.kl).cpu().numpy(),
            "reconstruction": terms.reconstruction.cpu().numpy(),
            "kl": terms.kl.cpu().numpy(),
            **likelihoods,
        },
    )


def resynthesise(
    autoencoder: Autoencoder,
    samples: np.ndarray,
    settings: Settings,
    seed: int,
    priors: Mapping[str, Prior] = NO_PRIORS,
) -> tuple[np.ndarray, Analysis]:
    """Send an utterance through an autoencoder.

    Args:
        autoencoder: A trained autoencoder in eval mode.
        samples: Peak-normalised samples at 16 kHz, shape (n,).
        settings: How to analyse and to decode.
        seed: The seed of every sample from the posterior.
        priors: The priors that were fitted to the model, by name.

    Returns:
        The resynthesised samples with the original phase, shape (n,), and the analysis.
    """
    spectrogram = stft.stft(samples, window=settings.window, hop=settings.hop)
    log_power = stft.log_power(spectrogram, floor=settings.floor)
    analysis = analyse(autoencoder, log_power, settings, seed, priors)
    estimate = rebuild(
        analysis.power,
        spectrogram,
        window=settings.window,
        hop=settings.hop,
        length=len(samples),
    )
    return estimate, analysis


def _to_numpy(tensor: torch.Tensor | None) -> np.ndarray | None:
    return None if tensor is None else np.asarray(tensor.cpu().numpy())
