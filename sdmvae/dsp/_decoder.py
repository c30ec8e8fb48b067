"""The samples of an audio file, decoded by libsndfile block by block.

`sdmvae.dsp.audio_file` is what other code uses.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from sdmvae.dsp._container import AudioBytes, AudioError, open_audio

_UNKNOWN = 2**63 - 1  # the frame count of libsndfile for a header that has none
_MALFORMED = 3  # SF_ERR_MALFORMED_FILE


class Decoded(NamedTuple):
    """A file that is open.

    Attributes:
        sample_rate: The sample rate in Hz.
        channels: The number of channels.
        blocks: The samples, block by block: float64, shape (n,), averaged over the channels. They
            can be read once. To read them raises an `AudioError` if the file is truncated or
            corrupt.
    """

    sample_rate: int
    channels: int
    blocks: Iterator[np.ndarray]


class _Stream(soundfile.SoundFile):  # type: ignore[misc]  # soundfile comes without types
    """A file that is read from front to back.

    soundfile sets the position of a seekable file after each block. At the end of a FLAC file
    whose header has no frame count, that fails.
    """

    def seekable(self) -> bool:
        return False


@contextmanager
def decode(path: Path) -> Iterator[Decoded]:
    """Open a file in any format that libsndfile reads, and close it at the end.

    Args:
        path: The file.

    Raises:
        AudioError: There is no file, it cannot be read, it is truncated, or it is not audio.
    """
    with open_audio(path) as file:
        head = file.peek(4096)[:4096]
        try:
            stream = _Stream(file)
        except soundfile.LibsndfileError as error:
            raise AudioError(file.problem or _describe(error, head)) from None
        with stream:
            blocks = _read_blocks(file, stream, head)
            yield Decoded(stream.samplerate, stream.channels, blocks)


def _read_blocks(file: AudioBytes, stream: _Stream, head: bytes) -> Iterator[np.ndarray]:
    # For other formats libsndfile counts the frames that are there, or guesses (MP3).
    claimed, count = stream.frames if stream.format == "FLAC" else 0, 0
    length = max(1, 2**16 // stream.channels)
    try:
        while (block := stream.read(length, dtype="float64", always_2d=True)).size:
            count += len(block)
            yield _average(block)
    except soundfile.LibsndfileError as error:
        raise AudioError(f"truncated or corrupt: {_reason(error)}") from None
    if file.problem:
        raise AudioError(file.problem)
    if sphere := re.match(rb"NIST_1A.*?^sample_count -i (\d+).*?^end_head", head, re.S | re.M):
        claimed = int(sphere[1])
    if claimed != _UNKNOWN and count < claimed:
        raise AudioError(f"truncated: {count} of {claimed} samples")


def _average(block: np.ndarray) -> np.ndarray:
    """Return the mean of the channels; `mean` takes several times as long for a few channels."""
    total: np.ndarray = block[:, 0].copy()
    with np.errstate(over="ignore", invalid="ignore"):
        for channel in range(1, block.shape[1]):
            total += block[:, channel]
        total /= block.shape[1]
    return total


def _describe(error: soundfile.LibsndfileError, head: bytes) -> str:
    """Return why libsndfile cannot open a file."""
    if sphere := re.match(rb"NIST_1A.*?^sample_coding -s\d+ (\S*shorten\S*)", head, re.S | re.M):
        coding = sphere[1].decode("ascii", "replace")
        return f"not audio that libsndfile reads: {coding}; convert it with sph2pipe first"
    problem = "truncated or corrupt" if error.code == _MALFORMED else "not audio"
    return f"{problem}: {_reason(error)}"


def _reason(error: soundfile.LibsndfileError) -> str:
    text = str(error.error_string.partition("\n")[0].rstrip(" ."))
    # What libsndfile says after it has tried the last format of all, which any file may have.
    is_last = re.search("bad (resource fork|data offset|map offset|map length)", text)
    return "Format not recognised" if is_last else text
