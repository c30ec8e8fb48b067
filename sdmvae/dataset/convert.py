"""Conversion of one recording to 16 kHz mono, and the plain names that the results get."""

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sdmvae.corpora.base import Utterance
from sdmvae.dsp import audio_file


class Converted(NamedTuple):
    """The result of converting one recording.

    Attributes:
        seconds: The duration.
        sample_rate: The sampling rate of the recording, in Hz.
        channels: The number of channels of the recording.
        gain: The factor that the samples were multiplied by.
        reason: Why the recording is left out; empty if it is used.
    """

    seconds: float = 0.0
    sample_rate: int = 0
    channels: int = 0
    gain: float = 1.0
    reason: str = ""


def group_recordings(utterances: Iterable[Utterance]) -> dict[Utterance, list[Path]]:
    """Return all recordings of each utterance, under its first one and starting with it."""
    first: dict[tuple[str, str], Utterance] = {}
    recordings: dict[Utterance, list[Path]] = {}
    for utterance in utterances:
        key = first.setdefault((utterance.speaker, utterance.utterance), utterance)
        recordings.setdefault(key, []).append(utterance.path)
    return recordings


def plain_names(utterances: Iterable[Utterance]) -> dict[Utterance, Path]:
    """Return a relative path ``speaker/utterance.flac`` for each utterance.

    The paths have only letters of ASCII, digits, "_" and "-". They are all different, also where
    the file system ignores letter case.
    """
    taken: Counter[str] = Counter()
    paths = {}
    for utterance in utterances:
        name = f"{_plain(utterance.speaker)}/{_plain(utterance.utterance)}"
        taken[name.casefold()] += 1
        while (count := taken[name.casefold()]) > 1:
            name = f"{name}-{count}"
            taken[name.casefold()] += 1
        paths[utterance] = Path(f"{name}.flac")
    return paths


def convert(recording: Path, target: Path) -> Converted:
    """Write a recording as FLAC with 24 bits, 16 kHz and one channel.

    A FLAC file cannot hold a peak of 1 or more. A recording with such a peak is scaled down, and
    the gain of the result says by how much.

    Args:
        recording: The recording, in any format that libsndfile reads.
        target: The file to write. A recording that cannot be used is not written.

    Returns:
        The properties of the recording, or the reason why it cannot be used.
    """
    try:
        samples, sample_rate, channels = audio_file.read(recording)
    except audio_file.AudioError as error:
        return Converted(reason=str(error))
    peak = float(np.abs(samples).max())
    gain = 1.0 if peak < 1 else (1 - 2**-15) / peak
    target.parent.mkdir(parents=True, exist_ok=True)
    audio_file.write(target, samples * gain, format="FLAC", subtype="PCM_24")
    seconds = len(samples) / audio_file.SAMPLE_RATE
    return Converted(round(seconds, 3), sample_rate, channels, round(gain, 6))


def printable(path: Path | str) -> str:
    """Return a path as text that can be printed, also if its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", printable(name)).strip("_")[:200] or "_"
