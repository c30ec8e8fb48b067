"""Preparation of the speech of a split: utterances of its speakers are converted to 16 kHz."""

import shutil
from collections.abc import Mapping, Set
from pathlib import Path
from typing import NamedTuple

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.attempts import convert_enough
from sdmvae.dataset.convert import Converted, Piece, piece_path
from sdmvae.dataset.manifest import LeftOut, Used
from sdmvae.dataset.names import plain_names, printable
from sdmvae.dataset.sampling import draw_order
from sdmvae.dataset.split import PARTS, SplitError

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
        speech: The folder to write to. Each part of the split gets a folder in it.
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
    known = {(utterance.speaker, utterance.utterance) for utterance in wanted}
    jobs = [
        (utterance, recordings[utterance], speech / SCRATCH / str(number))
        for number, utterance in enumerate(wanted)
    ]
    not_taken = set(wanted)
    for (utterance, paths, stem), attempts in convert_enough(jobs, limit, seed):
        not_taken.discard(utterance)
        reasons = [attempt.reason for attempt in attempts]
        if not reasons[-1]:
            chosen = paths[len(attempts) - 1]
            same = f"same utterance as {printable(chosen.relative_to(root))}"
            reasons += [same] * (len(paths) - len(attempts))
            for piece in attempts[-1].pieces:
                name = _name_piece(utterance, piece.suffix, known)
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
    order = draw_order(written, seed)
    taken = {item: written[item] for items in order.values() for item in items[:limit]}
    used = _move_to_names(taken, part_of, speech)
    if empty := [part for part in PARTS if part not in {row.part for row in used}]:
        example = next(
            (f": {row.recording.name}: {row.reason}" for row in left_out if row.recording), ""
        )
        raise SplitError(f"no usable utterance for {', '.join(empty)}{example}")
    return Prepared(used, left_out, len(not_taken) + len(written) - len(taken))


def _name_piece(utterance: Utterance, suffix: str, known: Set[tuple[str, str]]) -> str:
    """Return the name of a piece, such as "talk-0001", which no recording of the speaker has."""
    name = utterance.utterance
    while suffix and (utterance.speaker, name + suffix) in known:
        name += "_"
    return name + suffix


def _move_to_names(
    taken: Mapping[Utterance, tuple[Path, Piece, Converted]],
    part_of: Mapping[str, str],
    speech: Path,
) -> list[Used]:
    """Give the converted files their names, which depend on the pieces that there are."""
    used = []
    for utterance, name in plain_names(sorted(taken)).items():
        file, piece, converted = taken[utterance]
        part = part_of[utterance.speaker]
        target = speech / part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        file.rename(target)
        used.append(Used(part, utterance, name, piece, converted))
    shutil.rmtree(speech / SCRATCH, ignore_errors=True)
    return used
