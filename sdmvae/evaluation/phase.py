"""Speech rebuilt from a power spectrum with the phase of the original."""

from pathlib import Path

import numpy as np

from sdmvae.dsp import audio_file, stft


def rebuild(
    power: np.ndarray, spectrogram: np.ndarray, *, window: int, hop: int, length: int
) -> np.ndarray:
    """Return the signal of a power spectrogram with the phase of the original.

    Args:
        power: Shape (T, bins).
        spectrogram: That of the original, complex, shape (T, bins).
        window: The length of its window, in samples.
        hop: The distance between its frames, in samples.
        length: The length of the signal, in samples.

    Returns:
        Shape (length,).
    """
    rebuilt = with_phase(power, spectrogram)
    return stft.istft(rebuilt, window=window, hop=hop, length=length)


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


def write_speech(path: Path, samples: np.ndarray) -> None:
    """Write rebuilt speech as WAV with 16 bits, and make the folders that it lies in.

    Args:
        path: Where it lies, with any suffix; the suffix becomes ``.wav``.
        samples: Shape (n,).
    """
    target = path.with_suffix(".wav")
    target.parent.mkdir(parents=True, exist_ok=True)
    audio_file.write(target, samples, format="WAV", subtype="PCM_16")
