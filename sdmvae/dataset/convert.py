"""Conversion of one recording to 16 kHz mono, in pieces if it is long."""

from collections.abc import Iterable
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.pieces import (
    FRAME,
    LONGEST,
    find_cuts,
    find_level,
    frame_energies,
    has_speech,
)
from sdmvae.dsp import audio_file
from sdmvae.dsp.blocks import regroup

SPEECHLESS = "no speech: at least 40 dB below the level of the recording"


class Piece(NamedTuple):
    """A stretch of a recording that becomes one utterance; often the whole recording.

    Attributes:
        suffix: What its name has after that of the recording: "-0001" and so on; empty for a whole
            recording.
        start: Where it starts in the recording, in seconds.
        seconds: Its duration.
        reason: Why it is left out; empty if it is used.
    """

    suffix: str
    start: float
    seconds: float
    reason: str = ""


class Converted(NamedTuple):
    """The result of converting one recording.

    Attributes:
        sample_rate: The sampling rate of the recording, in Hz.
        channels: The number of channels of the recording.
        gain: The factor that the samples were multiplied by.
        pieces: The recording, or what it was cut into.
        reason: Why the recording is left out; empty if at least one piece is used.
    """

    sample_rate: int = 0
    channels: int = 0
    gain: float = 1.0
    pieces: tuple[Piece, ...] = ()
    reason: str = ""


class _Survey(NamedTuple):
    """What is known of a recording after it was read once.

    Attributes:
        length: The number of samples.
        peak: The peak magnitude.
        energies: The energies of the frames, if there are more than `LONGEST` samples.
        blocks: The samples, if there are not.
    """

    length: int
    peak: float
    energies: np.ndarray
    blocks: list[np.ndarray]


def group_recordings(utterances: Iterable[Utterance]) -> dict[Utterance, list[Path]]:
    """Return all recordings of each utterance, under its first one and starting with it."""
    first: dict[tuple[str, str], Utterance] = {}
    recordings: dict[Utterance, list[Path]] = {}
    for utterance in utterances:
        key = first.setdefault((utterance.speaker, utterance.utterance), utterance)
        recordings.setdefault(key, []).append(utterance.path)
    return recordings


def convert(recording: Path, stem: Path) -> Converted:
    """Write a recording as FLAC with 24 bits, 16 kHz and one channel.

    A recording of more than `LONGEST` samples is cut into pieces; see `sdmvae.dataset.pieces`. It
    is read twice, block by block, and is never in memory as a whole.

    A FLAC file cannot hold a peak of 1 or more. A recording with such a peak is scaled down, and
    the gain of the result says by how much.

    Args:
        recording: The recording, in any format that libsndfile reads.
        stem: The path of the file to write, without ``.flac`` and without the suffix of a piece.
            What cannot be used is not written.

    Returns:
        The properties of the recording, or the reason why it cannot be used.
    """
    try:
        with audio_file.stream(recording) as (blocks, sample_rate, channels):
            survey = _survey(blocks)
        gain = 1.0 if survey.peak < 1 else (1 - 2**-15) / survey.peak
        if survey.blocks:
            pieces = _write_pieces(survey.blocks, survey, gain, stem)
        else:
            with audio_file.stream(recording) as (blocks, _, _):
                pieces = _write_pieces(blocks, survey, gain, stem)
    except audio_file.AudioError as error:
        return Converted(reason=str(error))
    if all(piece.reason for piece in pieces):
        return Converted(reason=pieces[0].reason)
    return Converted(sample_rate, channels, round(gain, 6), tuple(pieces))


def piece_path(stem: Path, suffix: str) -> Path:
    """Return the file that `convert` writes for a piece with a suffix."""
    return stem.with_name(f"{stem.name}{suffix}.flac")


def _survey(blocks: Iterable[np.ndarray]) -> _Survey:
    length, peak = 0, 0.0
    energies, kept = [np.zeros(0)], list[np.ndarray]()
    for block in regroup(blocks, repeat(LONGEST)):  # whole frames
        length += len(block)
        peak = max(peak, -float(block.min()), float(block.max()))
        kept.append(block)
        if length > LONGEST:
            energies += map(frame_energies, kept)
            kept = []
    return _Survey(length, peak, np.concatenate(energies), kept)


def _write_pieces(
    blocks: Iterable[np.ndarray], survey: _Survey, gain: float, stem: Path
) -> list[Piece]:
    is_long = survey.length > LONGEST
    cuts = [FRAME * cut for cut in find_cuts(survey.energies)] if is_long else []
    bounds = [0, *cuts, survey.length]
    level = find_level(survey.energies)
    stem.parent.mkdir(parents=True, exist_ok=True)
    pieces = []
    for number, samples in enumerate(regroup(blocks, np.diff(bounds).tolist())):
        start = bounds[number]
        energies = survey.energies[start // FRAME : -(-bounds[number + 1] // FRAME)]
        piece = Piece(
            suffix=f"-{number + 1:04d}" if is_long else "",
            start=round(start / audio_file.SAMPLE_RATE, 3),
            seconds=round(len(samples) / audio_file.SAMPLE_RATE, 3),
            reason="" if not is_long or has_speech(energies, level) else SPEECHLESS,
        )
        pieces.append(piece)
        if not piece.reason:
            target = piece_path(stem, piece.suffix)
            audio_file.write(target, samples * gain, format="FLAC", subtype="PCM_24")
    return pieces
