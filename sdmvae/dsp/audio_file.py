"""Audio files in and out: any format that libsndfile reads becomes mono speech at 16 kHz."""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from sdmvae.dsp._container import AudioError as AudioError  # callers take it from this module
from sdmvae.dsp._decoder import decode
from sdmvae.dsp.blocks import resample
from sdmvae.dsp.signal import normalise

SAMPLE_RATE = 16_000
_NOT_FINITE = "NaN or infinite samples"
SHORTEST = 1024  # samples at 16 kHz: one frame of 64 ms

# Other rates come from corrupt headers, and would need an enormous filter for resampling.
_RATES = range(1_000, 1_000_001)
_SUBTYPES = {"FLAC": "PCM_24", "WAV": "PCM_16"}
_BITS = {"PCM_16": 16, "PCM_24": 24}
_HALF_A_STEP = 2.0**-24


class Recording(NamedTuple):
    """A recording, converted to mono at 16 kHz.

    Attributes:
        samples: The samples, float64, shape (n,), at `SAMPLE_RATE`.
        sample_rate: The sample rate of the file, in Hz.
        channels: The number of channels of the file.
    """

    samples: np.ndarray
    sample_rate: int
    channels: int


def read(path: Path | str) -> Recording:
    """Read a recording: average its channels, and resample it by a polyphase filter.

    Args:
        path: A file in any format that libsndfile reads.

    Returns:
        The recording, with at least `SHORTEST` samples.

    Raises:
        AudioError: The file is no usable recording. No other exception is raised for a bad file.
    """
    with stream(path) as (blocks, sample_rate, channels):
        return Recording(np.concatenate(list(blocks)), sample_rate, channels)


class Stream(NamedTuple):
    """A recording that is read block by block, so that it can be of any length.

    Attributes:
        blocks: The samples, in blocks like the samples of a `Recording`. They can be read once. To
            read them raises an `AudioError` where the recording turns out to be unusable.
        sample_rate: The sample rate of the file, in Hz.
        channels: The number of channels of the file.
    """

    blocks: Iterator[np.ndarray]
    sample_rate: int
    channels: int


@contextmanager
def stream(path: Path | str) -> Iterator[Stream]:
    """Open a recording, and close it at the end.

    The blocks put together are the samples that `read` returns.

    Args:
        path: A file in any format that libsndfile reads.

    Raises:
        AudioError: The file is no usable recording. No other exception is raised for a bad file.
    """
    with decode(Path(path)) as (sample_rate, channels, decoded):
        checked = _check(decoded, sample_rate, channels)
        yield Stream(_resample(checked, sample_rate), sample_rate, channels)


def _check(blocks: Iterator[np.ndarray], sample_rate: int, channels: int) -> Iterator[np.ndarray]:
    """Yield the blocks of a recording; raise an error where it turns out to be unusable."""
    size, lowest, highest = 0, math.inf, -math.inf
    for block in blocks:
        least, most = _extremes(block)
        if sample_rate not in _RATES:
            raise AudioError(f"not speech: a sample rate of {sample_rate} Hz")
        size, lowest, highest = size + len(block), min(lowest, least), max(highest, most)
        yield block
    if size == 0:
        raise AudioError("no samples: the file is a header only")
    if math.ceil(size * SAMPLE_RATE / sample_rate) < SHORTEST:
        duration = 1000 * size / sample_rate
        shortest = 1000 * SHORTEST // SAMPLE_RATE
        raise AudioError(f"too short: {duration:.3g} ms, and {shortest} ms is the least")
    if lowest == highest == 0:
        raise AudioError(
            "silent: every sample is zero"
            + (" in the average of the channels" if channels > 1 else "")
        )
    if lowest == highest:
        raise AudioError(f"constant: every sample is {lowest:.3g}")


def _resample(blocks: Iterator[np.ndarray], sample_rate: int) -> Iterator[np.ndarray]:
    peak = 0.0
    for block in resample(blocks, sample_rate, SAMPLE_RATE):
        lowest, highest = _extremes(block)
        peak = max(peak, -lowest, highest)
        yield block
    # A decoder makes such samples of silence, and a tone above 8 kHz becomes such samples.
    if peak < _HALF_A_STEP:
        raise AudioError(f"silent: the peak at 16 kHz is {peak:.2g}, which is 0 in 24 bits")


def _extremes(samples: np.ndarray) -> tuple[float, float]:
    """Return the lowest and the highest sample, which are NaN if any sample is."""
    extremes = float(samples.min()), float(samples.max())
    if not all(map(math.isfinite, extremes)):
        raise AudioError(_NOT_FINITE)
    return extremes


def read_normalised(path: Path) -> tuple[np.ndarray, float]:
    """Read a recording and divide it by its peak magnitude.

    Args:
        path: A file in any format that libsndfile reads.

    Returns:
        The samples, shape (n,), at most 1 in magnitude, and the peak.

    Raises:
        AudioError: The file is no usable recording; here the message starts with the path.
    """
    try:
        return normalise(read(path).samples)
    except ValueError as error:
        raise AudioError(f"{path}: {error}") from error


def write(
    path: Path | str, samples: np.ndarray, *, format: str | None = None, subtype: str | None = None
) -> None:
    """Write samples to a mono file at 16 kHz, rounded, and clipped to [-1, 1).

    Args:
        path: The file to write.
        samples: The samples, shape (n,).
        format: "FLAC" or "WAV"; by default, the suffix of the path decides.
        subtype: "PCM_16" or "PCM_24"; by default, PCM_16 for WAV and PCM_24 for FLAC.

    Raises:
        AudioError: A sample is NaN or infinite.
    """
    path = Path(path)
    format = format or path.suffix[1:].upper()
    subtype = subtype or _SUBTYPES[format]
    if not np.isfinite(samples).all():
        raise AudioError(_NOT_FINITE)
    bits = _BITS[subtype]
    limit = 2 ** (bits - 1)
    codes = np.clip(np.rint(np.asarray(samples, np.float64) * limit), -limit, limit - 1)
    buffer = io.BytesIO()
    # libsndfile keeps the upper bits of an integer, so that nothing is rounded twice.
    left_aligned = codes.astype(np.int32) << (32 - bits)
    soundfile.write(buffer, left_aligned, SAMPLE_RATE, format=format, subtype=subtype)
    path.write_bytes(buffer.getvalue())
