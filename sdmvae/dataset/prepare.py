"""Preparation of the speech of a split: utterances of its speakers are converted to 16 kHz."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.convert import Converted, Piece, convert, piece_path
from sdmvae.dataset.manifest import LeftOut, Used
from sdmvae.dataset.names import plain_names, printable
from sdmvae.dataset.sampling import draw_order
from sdmvae.dataset.split import PARTS, SplitError
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes

Job = tuple[Utterance, list[Path], Path]
SCRATCH = ".converted"  # no speaker has such a name


class Prepared(NamedTuple):
    """The speech of a split.

    Attributes:
        used: The utterances that are used.
        left_out: The recordings that cannot be used or are not needed, and the speakers of no part.
        not_taken: How many utterances of the speakers are beyond the limit.
    """

    used: list[Used]
    left_out: list[LeftOut]
    not_taken: int


def prepare_speech(
    recordings: Mapping[Utterance, list[Path]],
    parts: Mapping[str, list[str]],
    root: Path,
    speech: Path,
    *,
    limit: int | None,
    seed: int,
) -> Prepared:
    """Convert one recording of each utterance to 16 kHz, on all processors.

    The recordings of an utterance are tried one after another until one can be used. A long
    recording becomes several utterances. The utterances of a speaker are taken in a random order
    until the limit is reached, so another utterance takes the place of one that cannot be used.

    Args:
        recordings: The recordings of each utterance, from `group_recordings`.
        parts: The speakers of each part of the split, from `assign`.
        root: The folder of the corpus.
        speech: The folder to write to.
        limit: How many utterances of each speaker are used at most; None means all.
        seed: The seed of the random order, see `draw_order`.

    Returns:
        What is used, what is left out, and how much is beyond the limit.

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
    taken, not_taken = Counter[str](), len(jobs)
    for (utterance, paths, stem), attempts in _convert_enough(jobs, limit, seed):
        not_taken -= 1
        reasons = [attempt.reason for attempt in attempts]
        if not reasons[-1]:
            chosen = paths[len(attempts) - 1]
            same = f"same utterance as {printable(chosen.relative_to(root))}"
            reasons += [same] * (len(paths) - len(attempts))
            for piece in attempts[-1].pieces:
                name = utterance.utterance + piece.suffix
                if piece.reason:
                    left_out.append(LeftOut(utterance.speaker, name, chosen, piece.reason))
                elif limit is not None and taken[utterance.speaker] == limit:
                    not_taken += 1
                else:
                    taken[utterance.speaker] += 1
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
    return Prepared(used, left_out, not_taken)


def _convert_enough(
    jobs: list[Job], limit: int | None, seed: int
) -> Iterator[tuple[Job, list[Converted]]]:
    """Yield jobs with their results until `limit` utterances of each speaker can be used."""
    waiting = draw_order((utterance for utterance, _, _ in jobs), seed)
    missing = dict.fromkeys(waiting, len(jobs) if limit is None else limit)
    while batch := {item for name, items in waiting.items() for item in items[: missing[name]]}:
        waiting = {name: items[missing[name] :] for name, items in waiting.items()}
        for job, attempts in _convert_all([job for job in jobs if job[0] in batch]):
            usable = sum(not piece.reason for piece in attempts[-1].pieces)
            missing[job[0].speaker] = max(missing[job[0].speaker] - usable, 0)
            yield job, attempts


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
