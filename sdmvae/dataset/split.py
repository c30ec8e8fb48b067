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
    group: Callable[[str], str] | None = None,
) -> dict[str, list[str]]:
    """Assign speakers to the parts of the split.

    A list of speakers is taken as it is. A count is filled with speakers that are in no list, in
    a random order: first those whose published part it is, then those without a published part,
    and last those of another part.

    The speakers of a group come into the same part. The largest groups are assigned first, so that
    single speakers fill the places that are left, and every count is met where single speakers are
    enough for that. The rest of a group that is listed in part is in no part.

    Args:
        speakers: All speakers of the corpus, each once or several times.
        wanted: A list of speakers or a count for each part of `PARTS`.
        seed: The seed of the random order.
        published_part: Returns the part of the published split that a speaker belongs to, or
            None. Without it no speaker has a published part. A group has that of its first
            speaker.
        group: Returns the group of a speaker. Without it each speaker is a group of their own.

    Returns:
        The sorted speakers of each part, disjoint.

    Raises:
        SplitError: A listed speaker is not in the corpus, it has too few speakers, two lists
            divide a group, or a count cannot be met without dividing one.
    """
    group = group or str
    known = set(speakers)
    parts = {part: list(value) for part, value in wanted.items() if isinstance(value, list)}
    for part, listed in parts.items():
        if absent := [speaker for speaker in listed if speaker not in known]:
            raise SplitError(
                f"split.{part}: no speaker {', '.join(absent)} in the corpus; "
                f"it has {len(known)}: {_first_names(sorted(known))}"
            )
    taken = _listed_groups(parts, group)
    remaining = sorted(speaker for speaker in known if group(speaker) not in taken)
    given = ((part, wanted[part]) for part in PARTS)
    counts = {part: value for part, value in given if isinstance(value, int)}
    if sum(counts.values()) > len(remaining):
        asked = " + ".join(f"{count} {part}" for part, count in counts.items())
        besides = len(known) - len(remaining)
        raise SplitError(
            f"split: {asked} speakers are asked for, and the corpus has {len(remaining)}"
            + (f" besides the {besides} listed" if besides else "")
        )
    order: list[str] = (
        np.random.default_rng(seed_for(seed, "split")).permutation(remaining).tolist()
    )
    groups = _largest_groups_first(order, group)
    published = (
        {members: published_part(members[0]) for members in groups} if published_part else {}
    )
    for part, count in counts.items():
        preferred = [members for members in groups if published.get(members) == part]
        free = [members for members in groups if published.get(members) is None]
        others = [members for members in groups if published.get(members) not in (part, None)]
        parts[part], groups = _fill(count, preferred + free + others)
        if len(parts[part]) < count:
            raise SplitError(
                f"split.{part}: {count}: the groups of speakers that stay together do not add up "
                "to this number; try another one"
            )
    return {part: sorted(parts[part]) for part in PARTS}


def _listed_groups(parts: Mapping[str, list[str]], group: Callable[[str], str]) -> set[str]:
    """Return the groups of the listed speakers; no group may be listed in two parts."""
    part_of: dict[str, str] = {}
    for part, listed in parts.items():
        for speaker in listed:
            if (other := part_of.setdefault(group(speaker), part)) != part:
                raise SplitError(
                    f"split.{part}: {speaker} stays together with a speaker in split.{other}: "
                    "list both in one part"
                )
    return set(part_of)


def _largest_groups_first(order: list[str], group: Callable[[str], str]) -> list[tuple[str, ...]]:
    """Return the members of each group; groups of the same size keep their order."""
    members: dict[str, list[str]] = {}
    for speaker in order:
        members.setdefault(group(speaker), []).append(speaker)
    return sorted(map(tuple, members.values()), key=len, reverse=True)


def _fill(count: int, groups: list[tuple[str, ...]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the members of the first groups that fit into a count, and the other groups."""
    speakers: list[str] = []
    rest = []
    for members in groups:
        if len(speakers) + len(members) <= count:
            speakers += members
        else:
            rest.append(members)
    return speakers, rest


def _first_names(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
