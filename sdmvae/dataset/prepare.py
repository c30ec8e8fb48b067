"""Preparation of the speech of a split: every utterance of its speakers is converted to 16 kHz."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.convert import Converted, Piece, convert, piece_path
from sdmvae.dataset.manifest import LeftOut, Used
from sdmvae.dataset.names import plain_names, printable
from sdmvae.dataset.split import PARTS, SplitError
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes

Job = tuple[Utterance, list[Path], Path]
SCRATCH = ".converted"  # no speaker has such a name


def prepare_speech(
    recordings: Mapping[Utterance, list[Path]],
    parts: Mapping[str, list[str]],
    root: Path,
    speech: Path,
) -> tuple[list[Used], list[LeftOut]]:
    """Convert one recording of each utterance to 16 kHz, on all processors.

    The recordings of an utterance are tried one after another until one can be used. A long
    recording becomes several utterances.

    Args:
        recordings: The recordings of each utterance, from `group_recordings`.
        parts: The speakers of each part of the split, from `assign`.
        root: The folder of the corpus.
        speech: The folder to write to.

    Returns:
        The utterances that are used, and the recordings, pieces of recordings and speakers that are
        left out.

    Raises:
        SplitError: A part has no utterance that can be used.
    """
    part_of = {speaker: part for part, speakers in parts.items() for speaker in speakers}
    absent = sorted({utterance.speaker for utterance in recordings} - part_of.keys())
    left_out = [LeftOut(speaker, "", None, "speaker of no part of the split") for speaker in absent]
    written: dict[Utterance, tuple[Path, Piece, Converted]] = {}
    wanted = [utterance for utterance in recordings if utterance.speaker in part_of]
    jobs = [
        (utterance, recordings[utterance], speech / SCRATCH / str(number))
        for number, utterance in enumerate(wanted)
    ]
    for (utterance, paths, stem), attempts in _convert_all(jobs):
        reasons = [attempt.reason for attempt in attempts]
        if not reasons[-1]:
            chosen = paths[len(attempts) - 1]
            same = f"same utterance as {printable(chosen.relative_to(root))}"
            reasons += [same] * (len(paths) - len(attempts))
            for piece in attempts[-1].pieces:
                name = utterance.utterance + piece.suffix
                if piece.reason:
                    left_out.append(LeftOut(utterance.speaker, name, chosen, piece.reason))
                else:
                    file = piece_path(stem, piece.suffix)
                    key = Utterance(utterance.speaker, name, chosen)
                    written[key] = file, piece, attempts[-1]
        left_out += [
            LeftOut(utterance.speaker, utterance.utterance, path, reason)
            for path, reason in zip(paths, reasons, strict=True)
            if reason
        ]
    used = _move_to_names(written, part_of, speech)
    if empty := [part for part in PARTS if part not in {row.part for row in used}]:
        example = next(
            (f": {row.recording.name}: {row.reason}" for row in left_out if row.recording), ""
        )
        raise SplitError(f"no usable utterance for {', '.join(empty)}{example}")
    return used, left_out


def _move_to_names(
    written: Mapping[Utterance, tuple[Path, Piece, Converted]],
    part_of: Mapping[str, str],
    speech: Path,
) -> list[Used]:
    """Give the converted files their names, which depend on the pieces that there are."""
    used = []
    for utterance, name in plain_names(written).items():
        file, piece, converted = written[utterance]
        (speech / name).parent.mkdir(exist_ok=True)
        file.rename(speech / name)
        used.append(Used(part_of[utterance.speaker], utterance, name, piece, converted))
    shutil.rmtree(speech / SCRATCH, ignore_errors=True)
    return used


def _convert_all(jobs: list[Job]) -> Iterator[tuple[Job, list[Converted]]]:
    """Yield each job with the results of the recordings that were tried."""
    results = map_processes(_try_recordings, jobs)
    for job, attempts in progress(results, "split: to 16 kHz", len(jobs), "file"):
        yield job, _retry_one_by_one(job) if isinstance(attempts, Crashed) else attempts


def _try_recordings(job: Job) -> list[Converted]:
    """Convert the recordings of an utterance one after another, until one can be used."""
    _, paths, stem = job
    attempts: list[Converted] = []
    for path in paths:
        attempts.append(convert(path, stem))
        if not attempts[-1].reason:
            break
    return attempts


def _retry_one_by_one(job: Job) -> list[Converted]:
    """Try each recording in a process of its own, after one of them killed the process."""
    utterance, paths, stem = job
    attempts: list[Converted] = []
    for path in paths:
        ((_, outcome),) = map_processes(_try_recordings, [(utterance, [path], stem)], processes=1)
        if isinstance(outcome, Crashed):
            outcome = [Converted(reason=str(outcome))]
        attempts += outcome
        if not attempts[-1].reason:
            break
    return attempts
