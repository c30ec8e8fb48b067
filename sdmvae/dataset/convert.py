"""Utterances of any corpus as 16 kHz mono files under plain names, and the manifest's columns."""

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
    """What became of one recording; `reason` says why it was left out, if it was."""

    seconds: float = 0.0
    sample_rate: int = 0
    channels: int = 0
    gain: float = 1.0
    reason: str = ""


def recordings(utterances: Iterable[Utterance]) -> dict[Utterance, list[Path]]:
    """The first recording of each utterance, and every recording there is of it, that one first."""
    first: dict[tuple[str, str], Utterance] = {}
    found: dict[Utterance, list[Path]] = {}
    for each in utterances:
        kept = first.setdefault((each.speaker, each.utterance), each)
        found.setdefault(kept, []).append(each.path)
    return found


def plain_names(utterances: Iterable[Utterance]) -> dict[Utterance, Path]:
    """A relative path ``speaker/utterance.flac`` for each, of plain characters, all different."""
    taken: Counter[str] = Counter()
    paths = {}
    for each in utterances:
        name = f"{_plain(each.speaker)}/{_plain(each.utterance)}"
        taken[name.casefold()] += 1
        while (count := taken[name.casefold()]) > 1:
            name = f"{name}-{count}"
            taken[name.casefold()] += 1
        paths[each] = Path(f"{name}.flac")
    return paths


def convert(recording: Path, target: Path) -> Converted:
    """Write the recording to `target`, 24-bit FLAC at 16 kHz, mono.

    A recording whose peak is over 1, which such a file cannot hold, is scaled down by `gain`.
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
    """A path as printable text, also where its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", printable(name)).strip("_")[:200] or "_"
