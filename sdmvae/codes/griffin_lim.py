"""A phase for power spectra that have none (Griffin and Lim 1984, accelerated).

SciPy, PyTorch and soundfile, which the project needs anyway, have no such function. librosa and
torchaudio have one; each would be a package more for these few lines, and would have a transform
with another window. So the algorithm is here, with the transform of the pipeline.
"""

import numpy as np

from sdmvae.dsp import stft
from sdmvae.evaluation.phase import with_phase

ITERATIONS = 60
MOMENTUM = 0.99  # alpha of Perraudin, Balazs and Sondergaard (2013), as in their experiments


def griffin_lim(
    power: np.ndarray,
    *,
    window: int,
    hop: int,
    length: int,
    seed: int = 0,
    iterations: int = ITERATIONS,
) -> np.ndarray:
    """Return a signal whose spectrogram comes close to given powers.

    From random phases, each step takes the spectrogram of the nearest signal, moves on in the
    direction of the last step (Perraudin et al. 2013, Algorithm 2), and keeps only the phase.

    Args:
        power: The power, shape (T, window // 2 + 1) with T >= 2.
        window: The length of the window, in samples.
        hop: The distance between frames, in samples.
        length: The length of the signal, in samples: one that has T frames.
        seed: The seed of the first phases.
        iterations: The number of steps.

    Returns:
        The signal, shape (length,), float64.
    """
    angles = np.random.default_rng(seed).uniform(0, 2 * np.pi, power.shape)
    spectrogram = with_phase(power, np.exp(1j * angles))
    before = np.zeros_like(spectrogram)
    for _ in range(iterations):
        signal = stft.istft(spectrogram, window=window, hop=hop, length=length)
        nearest = stft.stft(signal, window=window, hop=hop)
        spectrogram = with_phase(power, nearest + MOMENTUM * (nearest - before))
        before = nearest
    return stft.istft(spectrogram, window=window, hop=hop, length=length)
