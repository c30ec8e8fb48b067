"""Speech as the cells take it, from a file or from samples at any rate."""

from os import PathLike
from pathlib import Path

import numpy as np

from sdmvae.codes.values import CodeError
from sdmvae.dsp import audio_file
from sdmvae.dsp.blocks import resample
from sdmvae.dsp.signal import normalise


def to_speech(
    speech: str | PathLike[str] | np.ndarray, rate: int | None = None
) -> tuple[np.ndarray, float]:
    """Return mono speech at 16 kHz, divided by its peak magnitude.

    Args:
        speech: An audio file, or samples of shape (n,) or (n, channels).
        rate: The sample rate of the samples, in Hz. A file has its own.

    Returns:
        The samples, shape (n,), and the peak.

    Raises:
        CodeError: The samples are no usable speech.
        audio_file.AudioError: The file is no usable recording; the message starts with its path.
    """
    if not isinstance(speech, np.ndarray):
        if rate is not None:
            raise CodeError(f"rate: {rate}: a file has its own rate: give none")
        return audio_file.read_normalised(Path(speech))
    if rate is None:
        raise CodeError("rate: is missing: give the sample rate of the samples, in Hz")
    if not (float(rate).is_integer() and 1_000 <= rate <= 1_000_000):
        raise CodeError(f"rate: {rate}: give a whole number of Hz from 1000 to 1000000")
    if speech.ndim not in (1, 2) or not np.issubdtype(speech.dtype, np.floating):
        raise CodeError(
            f"samples of shape {speech.shape} and type {speech.dtype}: give real numbers of shape "
            "(n,) or (n, channels)"
        )
    mono = speech.astype(np.float64)
    if mono.ndim == 2:
        mono = mono.mean(axis=1)
    if not np.isfinite(mono).all():
        raise CodeError("samples: NaN or infinite")
    samples = np.concatenate([np.zeros(0), *resample([mono], int(rate), audio_file.SAMPLE_RATE)])
    if len(samples) < audio_file.SHORTEST:
        raise CodeError(
            f"too short: {len(samples)} samples at 16 kHz, {audio_file.SHORTEST} needed"
        )
    try:
        return normalise(samples)
    except ValueError as error:
        raise CodeError(str(error)) from error
