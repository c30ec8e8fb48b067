"""The split of speakers into training, validation and test: no speaker is in two of them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sdmvae.runtime.seeds import seed_for

PARTS = ("train", "validation", "test")


class SplitError(ValueError):
    """The speakers of a corpus cannot be split as params.yaml asks; the message is one line."""


def assign(
    speakers: Sequence[str],
    wanted: Mapping[str, int | list[str]],
    *,
    seed: int,
    published_part: Callable[[str], str | None] | None = None,
) -> dict[str, list[str]]:
    """Assign speakers to the parts of the split.

    A list of speakers is taken as it is. A count is filled with speakers that are in no list, in
    a random order: first those whose published part it is, then those without a published part,
    and last those of another part.

    Args:
        speakers: All speakers of the corpus.
        wanted: A list of speakers or a count for each part of `PARTS`.
        seed: The seed of the random order.
        published_part: Returns the part of the published split that a speaker belongs to, or
            None. Without it no speaker has a published part.

    Returns:
        The sorted speakers of each part, disjoint.

    Raises:
        SplitError: A listed speaker is not in the corpus, or it has too few speakers.
    """
    known = set(speakers)
    parts = {part: list(value) for part, value in wanted.items() if isinstance(value, list)}
    for part, listed in parts.items():
        if absent := [speaker for speaker in listed if speaker not in known]:
            raise SplitError(
                f"split.{part}: no speaker {', '.join(absent)} in the corpus; "
                f"it has {len(known)}: {_first_names(sorted(known))}"
            )
    taken = {speaker for listed in parts.values() for speaker in listed}
    remaining = sorted(known - taken)
    given = ((part, wanted[part]) for part in PARTS)
    counts = {part: value for part, value in given if isinstance(value, int)}
    if sum(counts.values()) > len(remaining):
        asked = " + ".join(f"{count} {part}" for part, count in counts.items())
        raise SplitError(
            f"split: {asked} speakers are asked for, and the corpus has {len(remaining)}"
            + (f" besides the {len(taken)} listed" if taken else "")
        )
    order: list[str] = (
        np.random.default_rng(seed_for(seed, "split")).permutation(remaining).tolist()
    )
    published = {speaker: published_part(speaker) for speaker in order} if published_part else {}
    for part, count in counts.items():
        preferred = [speaker for speaker in order if published.get(speaker) == part]
        free = [speaker for speaker in order if published.get(speaker) is None]
        others = [speaker for speaker in order if published.get(speaker) not in (part, None)]
        order = preferred + free + others
        parts[part], order = order[:count], order[count:]
    return {part: sorted(parts[part]) for part in PARTS}


def _first_names(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
