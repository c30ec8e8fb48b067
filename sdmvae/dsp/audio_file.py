"""Audio files in and out: any format that libsndfile reads becomes mono speech at 16 kHz."""

import io
import math
import re
import stat
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from sdmvae.dsp.signal import normalise

SAMPLE_RATE = 16_000
SHORTEST = 1024  # samples at 16 kHz: one frame of 64 ms

_RATES = range(1_000, 1_000_001)  # beyond, a header is corrupt and a resampling filter is enormous
_STREAMED = 0x7F00_0000  # sizes from here on are written by a pipe that does not know the length
_UNKNOWN = 2**63 - 1  # the frame count libsndfile gives where a header has none
_SUBTYPES = {"FLAC": "PCM_24", "WAV": "PCM_16"}
_BITS = {"PCM_16": 16, "PCM_24": 24}


class AudioError(ValueError):
    """What is wrong with one file: a short reason in one line, without the path."""


class Recording(NamedTuple):
    """Samples, float64, mono, at 16 kHz, and what the file they come from had."""

    samples: np.ndarray
    sample_rate: int
    channels: int


class _Bytes(io.BytesIO):
    """A file in memory whose position stays where it is if a corrupt header asks for -1."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return super().seek(offset, whence)
        except (ValueError, OverflowError):
            return self.tell()


class _Stream(soundfile.SoundFile):
    """A file read from front to back.

    A seekable one is repositioned after each block, which fails at the end of a FLAC file whose
    header has no frame count.
    """

    def seekable(self) -> bool:
        return False


def read(path: Path | str) -> Recording:
    """The recording in `path`, channels averaged, resampled by a polyphase filter.

    Raises AudioError, and nothing else, for whatever is no usable recording.
    """
    data = _with_known_length(_contents(Path(path)))
    mono, sample_rate, channels = _decode(data)
    if mono.size == 0:
        raise AudioError("no samples: the file is a header only")
    _check_finite(mono)
    if sample_rate not in _RATES:
        raise AudioError(f"not speech: a sample rate of {sample_rate} Hz")
    if math.ceil(mono.size * SAMPLE_RATE / sample_rate) < SHORTEST:
        duration = 1000 * mono.size / sample_rate
        shortest = 1000 * SHORTEST // SAMPLE_RATE
        raise AudioError(f"too short: {duration:.3g} ms, and {shortest} ms is the least")
    if not mono.any():
        raise AudioError(
            "silent: every sample is zero"
            + (" in the average of the channels" if channels > 1 else "")
        )
    if np.ptp(mono) == 0:
        raise AudioError(f"constant: every sample is {mono[0]:.3g}")
    if sample_rate != SAMPLE_RATE:
        from scipy.signal import resample_poly  # a second to import, and most files need none

        divisor = math.gcd(sample_rate, SAMPLE_RATE)
        mono = resample_poly(mono, SAMPLE_RATE // divisor, sample_rate // divisor)
        _check_finite(mono)
    return Recording(mono, sample_rate, channels)


def read_normalised(path: Path) -> tuple[np.ndarray, float]:
    """The recording in `path` normalised, and its peak; here AudioError names the path."""
    try:
        return normalise(read(path).samples)
    except ValueError as error:
        raise AudioError(f"{path}: {error}") from error


def write(
    path: Path | str, samples: np.ndarray, *, format: str | None = None, subtype: str | None = None
) -> None:
    """Write samples of shape (n,) at 16 kHz, rounded, and clipped to [-1, 1).

    Args:
        path: the file to write.
        samples: what is to be heard.
        format: FLAC or WAV; by default what the suffix of the path says.
        subtype: PCM_16 or PCM_24; by default PCM_16 for WAV, PCM_24 for FLAC.
    """
    path = Path(path)
    format = format or path.suffix[1:].upper()
    subtype = subtype or _SUBTYPES[format]
    if not np.isfinite(samples).all():
        raise AudioError("NaN or infinite samples")
    bits = _BITS[subtype]
    limit = 2 ** (bits - 1)
    codes = np.clip(np.rint(np.asarray(samples, np.float64) * limit), -limit, limit - 1)
    buffer = io.BytesIO()
    # libsndfile keeps the upper bits of an integer, so that nothing is rounded twice.
    left_aligned = codes.astype(np.int32) << (32 - bits)
    soundfile.write(buffer, left_aligned, SAMPLE_RATE, format=format, subtype=subtype)
    path.write_bytes(buffer.getvalue())


def _contents(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise AudioError("a folder, not a file")
        if not stat.S_ISREG(mode):
            raise AudioError("not a regular file")
        data = path.read_bytes()
    except FileNotFoundError:
        raise AudioError("a dangling link" if path.is_symlink() else "no such file") from None
    except OSError as error:
        raise AudioError(f"unreadable: {error.strerror}") from None
    if not data:
        raise AudioError("empty: the file has 0 bytes")
    return data


def _with_known_length(data: bytes) -> bytes:
    """The file with a sound chunk that libsndfile reads up to the end, if its length was streamed.

    Raises AudioError where the chunk is cut off: libsndfile would read the rest without a word.
    """
    order = {b"RIFF": "<", b"RIFX": ">", b"FORM": ">"}.get(data[:4])
    position = 12
    while order and position + 8 <= len(data):
        name, size = struct.unpack_from(f"{order}4sI", data, position)
        start = position + 8
        if name in (b"data", b"SSND"):
            held = len(data) - start
            if held < size < _STREAMED:
                raise AudioError(f"truncated: {held} of {size} bytes of sound")
            (whole,) = struct.unpack_from(f"{order}I", data, 4)
            if name == b"data" and size == 0 and not start < 8 + whole < _STREAMED:
                return data[: position + 4] + b"\xff" * 4 + data[start:]
            break
        position = start + size + size % 2
    return data


def _decode(data: bytes) -> tuple[np.ndarray, int, int]:
    """Mono samples, sample rate and channels of a file's bytes."""
    blocks = [np.zeros(0)]
    stream = None
    try:
        with _Stream(_Bytes(data)) as stream:
            # Elsewhere libsndfile counts what there is, or, for MP3 without a count, guesses.
            claimed = stream.frames if stream.format == "FLAC" else 0
            length = max(1, 2**16 // stream.channels)
            while (block := stream.read(length, dtype="float64", always_2d=True)).size:
                with np.errstate(over="ignore", invalid="ignore"):
                    blocks.append(block.mean(axis=1) if stream.channels > 1 else block[:, 0])
            sample_rate, channels = stream.samplerate, stream.channels
    except soundfile.LibsndfileError as error:
        reason = error.error_string.partition("\n")[0].rstrip(" .")
        what = "not audio" if stream is None else "truncated or corrupt"
        raise AudioError(f"{what}: {reason}") from None
    mono = np.concatenate(blocks)
    sphere = re.match(rb"NIST_1A.*?^sample_count -i (\d+).*?^end_head", data, re.DOTALL | re.M)
    if sphere:
        claimed = int(sphere[1])
    if claimed != _UNKNOWN and mono.size < claimed:
        raise AudioError(f"truncated: {mono.size} of {claimed} samples")
    return mono, sample_rate, channels


def _check_finite(samples: np.ndarray) -> None:
    if not np.isfinite(samples).all():
        raise AudioError("NaN or infinite samples")
