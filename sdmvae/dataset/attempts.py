"""Attempts to convert utterances: each has several recordings, and not all can be used."""

from collections.abc import Iterator
from pathlib import Path

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.convert import Converted, convert
from sdmvae.dataset.sampling import draw_order
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes

Job = tuple[Utterance, list[Path], Path]


def convert_enough(
    jobs: list[Job], limit: int | None, seed: int
) -> Iterator[tuple[Job, list[Converted]]]:
    """Convert the recordings of utterances, until there are enough of each speaker.

    The recordings of an utterance are tried one after another until one can be used. The utterances
    of a speaker are tried in a random order. Each piece of a long recording counts.

    Args:
        jobs: Each utterance with its recordings and the path for `convert`.
        limit: How many utterances of each speaker are enough; None means all.
        seed: The seed of the random order, see `draw_order`.

    Yields:
        Each job that was tried, with the results of its recordings up to the first that can be
        used.
    """
    waiting = draw_order((utterance for utterance, _, _ in jobs), seed)
    missing = dict.fromkeys(waiting, len(jobs) if limit is None else limit)
    while batch := {item for name, items in waiting.items() for item in items[: missing[name]]}:
        waiting = {name: items[missing[name] :] for name, items in waiting.items()}
        for job, attempts in _convert_all([job for job in jobs if job[0] in batch]):
            usable = sum(not piece.reason for piece in attempts[-1].pieces)
            missing[job[0].speaker] = max(0, missing[job[0].speaker] - usable)
            yield job, attempts


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
