"""How much of the page sounds and pictures take, so that it stays under 15 MB for any corpus.

Sizes are in characters of the page. In base 64 a byte of a sound or a picture takes 4/3 of a
character.
"""

import base64
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

PAGE = 15_000_000  # listening takes what the other sections leave of it
MARGIN = 50_000  # for the texts around the sounds
CODES, ATOMS, DIMENSIONS, EXCITATIONS = 1_500_000, 1_500_000, 1_000_000, 400_000

LONGEST, SHORTEST, STEP = 6.0, 3.0, 0.5  # the length that an utterance is cut at, in seconds


class Rates(NamedTuple):
    """How many characters a second of one utterance through one cell takes.

    Attributes:
        sound: Its sound.
        pictures: Its pictures.
    """

    sound: float
    pictures: float

    def multiply(self, factor: float) -> "Rates":
        """Return both rates times a factor."""
        return Rates(factor * self.sound, factor * self.pictures)


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


LEAST = Plan(1, SHORTEST, 1)


def plan_listening(
    durations: Sequence[float], pictured: int, cells: int, rates: Rates, allowance: int
) -> Plan:
    """Return the largest plan that fits into the allowance.

    Utterances are cut at 6 s. If that is too much, they are cut earlier and earlier, in steps of
    half a second, down to 3 s. If that is still too much, the last utterances are left out, and
    if one utterance is still too much, the last cells.

    Args:
        durations: The length of each utterance in seconds, the most important one first.
        pictured: How many of the first utterances have pictures besides sounds.
        cells: How many cells there are.
        rates: Characters per second.
        allowance: How many characters there are.
    """
    for utterances in range(len(durations), 0, -1):
        limit = LONGEST
        while limit >= SHORTEST:
            plan = Plan(utterances, limit, cells)
            if estimate_size(plan, durations, pictured, rates) <= allowance:
                return plan
            limit -= STEP
    alone = estimate_size(Plan(1, SHORTEST, 0), durations, pictured, rates)
    return Plan(1, SHORTEST, max(1, int(allowance / alone) - 1))


def estimate_size(plan: Plan, durations: Sequence[float], pictured: int, rates: Rates) -> float:
    """Return about how many characters a plan takes; the arguments are as in `plan_listening`."""
    seconds = [min(duration, plan.seconds) for duration in durations[: plan.utterances]]
    of_one = rates.sound * sum(seconds) + rates.pictures * sum(seconds[:pictured])
    return of_one * (plan.cells + 1)


def count_fitting(sizes: Sequence[int], allowance: int) -> int:
    """Return how many of the first sizes fit into the allowance together, at least 1."""
    return max(1, sum(total <= allowance for total in accumulate(sizes)))


def to_data_uri(content: bytes, media_type: str) -> str:
    """Return an address that contains a file itself, such as ``data:image/png;base64,...``."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
