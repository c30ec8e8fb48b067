"""The two halves of the pipeline's resynthesis: speech to mean codes, and codes to speech."""

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.codes.griffin_lim import griffin_lim
from sdmvae.codes.values import CodeError
from sdmvae.dsp import stft
from sdmvae.evaluation.phase import rebuild
from sdmvae.nn.linear import ignore_float_warnings
from sdmvae.params import Transform


@ignore_float_warnings
@torch.no_grad()
def mean_codes(autoencoder: Autoencoder, transform: Transform, samples: np.ndarray) -> np.ndarray:
    """Return the mean codes of the frames of speech, as `resynthesis.analyse` computes them.

    Args:
        autoencoder: In eval mode.
        transform: What makes its frames.
        samples: Peak-normalised samples at 16 kHz, shape (n,).

    Returns:
        Shape (T, dims), float32.
    """
    log_power = stft.log_power_frames(
        samples, window=transform.window, hop=transform.hop, floor=transform.floor
    )
    frames = torch.from_numpy(log_power).to(autoencoder.device)
    posterior = autoencoder.encode(autoencoder.encoder_input(frames))
    return np.asarray(autoencoder.model.mean_code(posterior).cpu().numpy())


@ignore_float_warnings
@torch.no_grad()
def expected_power(autoencoder: Autoencoder, codes: np.ndarray) -> np.ndarray:
    """Return the power that the likelihood expects of decoded codes.

    Args:
        autoencoder: In eval mode.
        codes: Shape (T, dims), float32.

    Returns:
        Shape (T, bins), float32.
    """
    output = autoencoder.decode(torch.from_numpy(codes).to(autoencoder.device))
    return np.asarray(autoencoder.likelihood.expected_power(output).cpu().numpy())


def to_signal(
    power: np.ndarray,
    transform: Transform,
    phase: np.ndarray | None,
    length: int | None,
    seed: int,
) -> np.ndarray:
    """Return the signal of power spectra, with a given phase or with one that is made.

    Args:
        power: Shape (T, bins).
        transform: What makes frames of speech.
        phase: The signal whose phase is taken, shape (n,); None to make a phase.
        length: The length of a signal whose phase is made, if it is known.
        seed: The seed of the phase that is made.

    Returns:
        Shape (n,). With a phase that is made, n is `length`, or else (T - 1) hop.

    Raises:
        CodeError: The signal has another number of frames, or there is one frame without a phase.
    """
    window, hop = transform.window, transform.hop
    if phase is None:
        if len(power) < 2:
            raise CodeError("1 frame: the algorithm of Griffin and Lim needs 2 or more")
        if length is None or 1 + length // hop != len(power):
            length = (len(power) - 1) * hop
        return griffin_lim(power, window=window, hop=hop, length=length, seed=seed)
    if phase.ndim != 1 or 1 + len(phase) // hop != len(power):
        raise CodeError(
            f"phase of shape {phase.shape}: {len(power)} codes need a signal of "
            f"{(len(power) - 1) * hop} to {len(power) * hop - 1} samples"
        )
    spectrogram = stft.stft(phase, window=window, hop=hop)
    return rebuild(power, spectrogram, window=window, hop=hop, length=len(phase))
