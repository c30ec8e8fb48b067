"""How much of the page sounds and pictures take, so that it stays under 15 MB for any corpus.

Sizes are in characters of the page. In base 64 a byte of a sound or a picture takes 4/3 of a
character.
"""

import base64
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

PAGE = 15_000_000
LISTENING, CODES, ATOMS, DIMENSIONS = 9_000_000, 1_500_000, 1_500_000, 1_000_000

LONGEST, SHORTEST, STEP = 6.0, 3.0, 0.5  # the length that an utterance is cut at, in seconds


class Plan(NamedTuple):
    """What the page lets a reader listen to.

    Attributes:
        utterances: How many utterances.
        seconds: The length that they are cut at.
        cells: How many cells, besides the original.
    """

    utterances: int
    seconds: float
    cells: int


def plan_listening(
    durations: Sequence[float], cells: int, rate: float, allowance: int = LISTENING
) -> Plan:
    """Return the largest plan that fits into the allowance.

    Utterances are cut at 6 s. If that is too much, they are cut earlier and earlier, in steps of
    half a second, down to 3 s. If that is still too much, the last utterances are left out, and
    if one utterance is still too much, the last cells.

    Args:
        durations: The length of each utterance in seconds, the most important one first.
        cells: How many cells there are.
        rate: Characters per second of one utterance of one cell, pictures included.
        allowance: How many characters there are.
    """
    for utterances in range(len(durations), 0, -1):
        limit = LONGEST
        while limit >= SHORTEST:
            seconds = sum(min(duration, limit) for duration in durations[:utterances])
            if seconds * (cells + 1) * rate <= allowance:
                return Plan(utterances, limit, cells)
            limit -= STEP
    seconds = min(durations[0], SHORTEST)
    return Plan(1, SHORTEST, max(1, int(allowance / (rate * seconds)) - 1))


def count_fitting(sizes: Sequence[int], allowance: int) -> int:
    """Return how many of the first sizes fit into the allowance together, at least 1."""
    return max(1, sum(total <= allowance for total in accumulate(sizes)))


def to_data_uri(content: bytes, media_type: str) -> str:
    """Return an address that contains a file itself, such as ``data:image/png;base64,...``."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
