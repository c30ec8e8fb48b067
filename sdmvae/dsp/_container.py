"""Bytes of audio files: how they are read from disk, repaired and decoded by libsndfile.

`sdmvae.dsp.audio_file` is what other code uses.
"""

import io
import re
import stat
import struct
from pathlib import Path

import numpy as np
import soundfile

# A program that writes to a pipe does not know the length. It writes a size of at least this.
_STREAMED = 0x7F00_0000
_UNKNOWN = 2**63 - 1  # the frame count of libsndfile for a header that has none


class AudioError(ValueError):
    """A file is no usable recording; the message is a short reason in one line."""


class _Bytes(io.BytesIO):
    """A file in memory that stays where it is when a corrupt header asks for a position below 0."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return super().seek(offset, whence)
        except (ValueError, OverflowError):
            return self.tell()


class _Stream(soundfile.SoundFile):  # type: ignore[misc]  # soundfile comes without types
    """A file that is read from front to back.

    soundfile sets the position of a seekable file after each block. At the end of a FLAC file
    whose header has no frame count, that fails.
    """

    def seekable(self) -> bool:
        return False


def contents(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        AudioError: There is no file, it cannot be read, or it is empty.
    """
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


def with_known_length(data: bytes) -> bytes:
    """Return a file that libsndfile reads to its end, also where a pipe left the length open.

    A WAV file from a pipe may say that its sound has 0 bytes. libsndfile then reads nothing; with
    the largest size instead, it reads to the end. Files of other formats are returned unchanged.

    Args:
        data: The bytes of a file.

    Raises:
        AudioError: A WAV or AIFF file ends before its sound does, which libsndfile would not say.
    """
    order = {b"RIFF": "<", b"RIFX": ">", b"FORM": ">"}.get(data[:4])
    position = 12
    while order and position + 8 <= len(data):
        name, size = struct.unpack_from(f"{order}4sI", data, position)
        start = position + 8
        if name in (b"data", b"SSND"):
            available = len(data) - start
            if available < size < _STREAMED:
                raise AudioError(f"truncated: {available} of {size} bytes of sound")
            (file_size,) = struct.unpack_from(f"{order}I", data, 4)
            if name == b"data" and size == 0 and not start < 8 + file_size < _STREAMED:
                return data[: position + 4] + b"\xff" * 4 + data[start:]
            break
        position = start + size + size % 2  # chunks start at even positions
    return data


def decode(data: bytes) -> tuple[np.ndarray, int, int]:
    """Decode a file.

    Args:
        data: The bytes of a file in any format that libsndfile reads.

    Returns:
        The samples, float64, shape (n,), averaged over the channels; the sample rate in Hz; the
        number of channels.

    Raises:
        AudioError: The bytes are not audio, or they are truncated or corrupt.
    """
    blocks = [np.zeros(0)]
    stream = None
    try:
        with _Stream(_Bytes(data)) as stream:
            # For other formats libsndfile counts the frames that are there, or guesses (MP3).
            claimed = stream.frames if stream.format == "FLAC" else 0
            length = max(1, 2**16 // stream.channels)
            while (block := stream.read(length, dtype="float64", always_2d=True)).size:
                with np.errstate(over="ignore", invalid="ignore"):
                    blocks.append(block.mean(axis=1) if stream.channels > 1 else block[:, 0])
            sample_rate, channels = stream.samplerate, stream.channels
    except soundfile.LibsndfileError as error:
        reason = error.error_string.partition("\n")[0].rstrip(" .")
        problem = "not audio" if stream is None else "truncated or corrupt"
        raise AudioError(f"{problem}: {reason}") from None
    mono = np.concatenate(blocks)
    sphere = re.match(rb"NIST_1A.*?^sample_count -i (\d+).*?^end_head", data, re.DOTALL | re.M)
    if sphere:
        claimed = int(sphere[1])
    if claimed != _UNKNOWN and mono.size < claimed:
        raise AudioError(f"truncated: {mono.size} of {claimed} samples")
    return mono, sample_rate, channels
