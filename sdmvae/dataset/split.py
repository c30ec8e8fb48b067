"""Speakers into training, validation and test, never an utterance of one in two of them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sdmvae.runtime.seeds import seed_for

PARTS = ("train", "validation", "test")


class SplitError(ValueError):
    """The speakers there are cannot be split as asked; the message is one line."""


def unpublished(speaker: str) -> None:
    """The part a speaker has in a corpus without a published split: none."""


def assign(
    speakers: Sequence[str],
    wanted: Mapping[str, int | list[str]],
    *,
    seed: int,
    published_part: Callable[[str], str | None] = unpublished,
) -> dict[str, list[str]]:
    """Speakers of each part of `PARTS`, sorted and disjoint.

    Lists are taken as they are. Counts draw from the speakers left, under `seed`: first from
    those whose published part it is, then from those of none, last from those of another.

    Raises:
        SplitError: a listed speaker is not there, or there are too few.
    """
    known = set(speakers)
    parts = {part: list(value) for part, value in wanted.items() if isinstance(value, list)}
    for part, listed in parts.items():
        if absent := [speaker for speaker in listed if speaker not in known]:
            raise SplitError(
                f"split.{part}: no speaker {', '.join(absent)} in the corpus; "
                f"it has {len(known)}: {_some(sorted(known))}"
            )
    taken = {speaker for listed in parts.values() for speaker in listed}
    left = sorted(known - taken)
    counts = {part: wanted[part] for part in PARTS if part not in parts}
    if sum(counts.values()) > len(left):
        asked = " + ".join(f"{count} {part}" for part, count in counts.items())
        raise SplitError(
            f"split: {asked} speakers are asked for, and the corpus has {len(left)}"
            + (f" besides the {len(taken)} listed" if taken else "")
        )
    drawn = np.random.default_rng(seed_for(seed, "split")).permutation(left).tolist()
    for part in counts:
        rank = {part: 0, None: 1}
        drawn = sorted(drawn, key=lambda speaker, rank=rank: rank.get(published_part(speaker), 2))
        parts[part], drawn = drawn[: counts[part]], drawn[counts[part] :]
    return {part: sorted(parts[part]) for part in PARTS}


def _some(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
