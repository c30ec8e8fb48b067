"""Speakers into training, validation and test, never an utterance of one in two of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from sdmvae.seeds import seed_for

PARTS = ("train", "validation", "test")


class SplitError(ValueError):
    """The speakers there are cannot be split as asked; the message is one line."""


def assign(
    speakers: Sequence[str],
    wanted: Mapping[str, int | list[str]],
    *,
    seed: int,
    published: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, list[str]]:
    """Speakers of each part of `PARTS`, sorted and disjoint.

    Lists are taken as they are. Where a corpus has a published list of just as many speakers as
    are wanted, a count takes that; other counts draw from the speakers left, under `seed`.

    Raises:
        SplitError: a listed speaker is not there, or there are too few.
    """
    known = set(speakers)
    lists = {part: value for part, value in wanted.items() if isinstance(value, list)}
    taken = {speaker for value in lists.values() for speaker in value}
    for part, published_speakers in (published or {}).items():
        if wanted[part] == len(published_speakers) and not taken & set(published_speakers):
            lists[part] = list(published_speakers)
    for part, value in lists.items():
        if absent := [speaker for speaker in value if speaker not in known]:
            raise SplitError(
                f"split.{part}: no speaker {', '.join(absent)} in the corpus; "
                f"it has {len(known)}: {_some(sorted(known))}"
            )
    taken = {speaker for value in lists.values() for speaker in value}
    left = sorted(known - taken)
    counts = {part: wanted[part] for part in PARTS if part not in lists}
    if sum(counts.values()) > len(left):
        asked = " + ".join(f"{count} {part}" for part, count in counts.items())
        raise SplitError(
            f"split: {asked} speakers are asked for, and the corpus has {len(left)}"
            + (f" besides the {len(taken)} listed" if taken else "")
        )
    drawn = list(np.random.default_rng(seed_for(seed, "split")).permutation(left).tolist())
    for part, count in counts.items():
        lists[part], drawn = drawn[:count], drawn[count:]
    return {part: sorted(lists[part]) for part in PARTS}


def _some(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
