"""Audio files as bytes: how they are opened, and whether they end before their sound does.

libsndfile reads a file that was cut off without a word. So its length is compared with what its
header says. `sdmvae.dsp.audio_file` is what other code uses.
"""

import io
import re
import stat
import struct
from pathlib import Path
from typing import NamedTuple

# How the chunks of a format are headed, where the first one is, and to what they are aligned.
_CHUNKS = {
    b"RIFF": ("<4sI", 12, 2),  # WAV
    b"RIFX": (">4sI", 12, 2),  # WAV with the other order of bytes
    b"RF64": ("<4sI", 12, 2),
    b"FORM": (">4sI", 12, 2),  # AIFF and SVX
    b"riff": ("<16sQ", 40, 8),  # W64
}
_SOUND = (b"data", b"SSND", b"BODY")
_MOST_CHUNKS = 1000  # a file of zeros would have millions


class AudioError(ValueError):
    """A file is no usable recording; the message is a short reason in one line."""


class AudioBytes(io.BufferedReader):
    """A file that is read in place of the one on disk.

    It stays where it is when a corrupt header asks for a position below 0. Four bytes of it can
    differ from those on disk.

    Attributes:
        name: Empty, because soundfile would take the suffix of a name for the format.
        problem: What went wrong while it was read; empty if nothing did.
    """

    name = ""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`."""
        super().__init__(io.FileIO(path), 2**16)
        self.problem = ""
        self._patch = (0, b"")

    def replace(self, position: int, value: bytes) -> None:
        """Let bytes take the place of those at a position, here and not on disk."""
        self._patch = position, value

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position, or stay if there is none."""
        try:
            return super().seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return self.tell()

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # any buffer
        """Read as many bytes as fit into a buffer; return how many there were."""
        start = self.tell()
        try:
            count = self._read_from_disk(buffer)
        except OSError as error:  # libsndfile cannot pass it on
            self.problem = f"unreadable: {error.strerror}"
            return 0
        position, value = self._patch
        for index in range(max(start, position), min(start + count, position + len(value))):
            buffer[index - start : index - start + 1] = value[index - position :][:1]
        return count

    def _read_from_disk(self, buffer) -> int:  # type: ignore[no-untyped-def]
        return super().readinto(buffer)


class _Sound(NamedTuple):
    """Where the sound of a file starts, and how many bytes the header says that it has."""

    start: int
    size: int


def open_audio(path: Path) -> AudioBytes:
    """Open a file so that libsndfile reads it to its end, also where a pipe left its length open.

    A WAV file from a pipe may say that its sound has 0 bytes. libsndfile then reads nothing; with
    the largest size instead, it reads to the end.

    Args:
        path: The file.

    Raises:
        AudioError: There is no file, it cannot be read, it is empty, or it ends before its sound
            does.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise AudioError("a folder, not a file")
        if not stat.S_ISREG(mode):
            raise AudioError("not a regular file")
        file = AudioBytes(path)
    except FileNotFoundError:
        raise AudioError("a dangling link" if path.is_symlink() else "no such file") from None
    except OSError as error:
        raise AudioError(f"unreadable: {error.strerror}") from None
    try:
        _check_length(file)
    except BaseException:
        file.close()
        raise
    return file


def _check_length(file: AudioBytes) -> None:
    end = file.seek(0, io.SEEK_END)
    if end == 0:
        raise AudioError("empty: the file has 0 bytes")
    magic = _bytes_at(file, 0, 4)
    if magic in _CHUNKS:
        sound = _find_chunk(file, magic)
    elif magic in (b".snd", b"dns."):
        sound = _Sound(*struct.unpack(">II" if magic == b".snd" else "<II", _bytes_at(file, 4, 8)))
    else:
        sound = _find_mpeg(file, end)
    if sound and end - sound.start < sound.size and not _is_open(sound.size):
        raise AudioError(f"truncated: {end - sound.start} of {sound.size} bytes of sound")
    if sound and sound.size == 0 and magic in (b"RIFF", b"RIFX"):
        (rest,) = struct.unpack("<I" if magic == b"RIFF" else ">I", _bytes_at(file, 4, 4))
        if sound.start >= 8 + rest or _is_open(rest):
            file.replace(sound.start - 4, b"\xff" * 4)
    file.seek(0)


def _bytes_at(file: AudioBytes, position: int, count: int) -> bytes:
    """Return bytes of a file, filled up with zeros beyond its end."""
    file.seek(position)
    return file.read(count).ljust(count, b"\0")


def _is_open(size: int) -> bool:
    """Tell whether a program that writes to a pipe, and cannot know the size, has written it."""
    return min(abs(size - 2**31), abs(size - 2**32)) < 2**20 or size >= 2**62


def _find_chunk(file: AudioBytes, magic: bytes) -> _Sound | None:
    layout, position, alignment = _CHUNKS[magic]
    length = struct.calcsize(layout)
    long_size = 0
    for _ in range(_MOST_CHUNKS):
        file.seek(position)
        header = file.read(length)
        if len(header) < length:
            break
        name, size = struct.unpack(layout, header)
        start = position + length
        if magic == b"riff":  # in W64 the header of a chunk counts too
            size = max(size - length, 0)
        elif name == b"ds64":
            (long_size,) = struct.unpack("<Q", _bytes_at(file, start + 8, 8))
        if name[:4] in _SOUND:
            return _Sound(start, long_size or size)
        position = start + size + -size % alignment
    return None


def _find_mpeg(file: AudioBytes, end: int) -> _Sound | None:
    """Return the sound of an MP3 file that is at least 1 % shorter than its Xing header says.

    Some programs count tags and others do not, so a smaller difference says nothing.
    """
    tag = _bytes_at(file, 0, 10)
    sizes = [byte << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True)]
    frame = _bytes_at(file, 10 + sum(sizes) if tag[:3] == b"ID3" else 0, 64)
    xing = re.search(rb"(?:Xing|Info)(.{4}).{4}(.{4})", frame, re.DOTALL)
    if frame[0] != 0xFF or not xing or xing[1][3] & 3 != 3:
        return None
    size = int.from_bytes(xing[2], "big")
    return _Sound(0, size) if end < 0.99 * size else None
