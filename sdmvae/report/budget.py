"""What of sound and pictures a page takes, so that it stays under 15 MB whatever the corpus.

Sizes are in characters of the page: a byte of a sound or a picture takes 4/3 of one, in base 64.
"""

import base64
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

PAGE = 15_000_000
LISTENING, CODES, ATOMS = 9_000_000, 1_500_000, 1_500_000

LONGEST, SHORTEST, STEP = 6.0, 3.0, 0.5  # seconds an utterance is heard


class Plan(NamedTuple):
    """What can be listened to: so many utterances and cells, each cut at so many seconds."""

    utterances: int
    seconds: float
    cells: int


def listening(
    durations: Sequence[float], cells: int, rate: float, allowance: int = LISTENING
) -> Plan:
    """The most that fits into `allowance` characters.

    Args:
        durations: seconds of each utterance, the one most wanted first.
        cells: how many there are; each utterance is heard through all, and once as it was.
        rate: characters a second of an utterance through one cell, with its pictures.
        allowance: characters there are.

    Utterances are cut at 6 s; if that is too much, all at a shorter length, half a second by
    half a second down to 3 s; then the last utterances go; then, with one left, the last cells.
    """
    for utterances in range(len(durations), 0, -1):
        seconds = LONGEST
        while seconds >= SHORTEST:
            heard = sum(min(each, seconds) for each in durations[:utterances])
            if heard * (cells + 1) * rate <= allowance:
                return Plan(utterances, seconds, cells)
            seconds -= STEP
    heard = min(durations[0], SHORTEST)
    return Plan(1, SHORTEST, max(1, int(allowance / (rate * heard)) - 1))


def fitting(sizes: Sequence[int], allowance: int) -> int:
    """How many of the first things fit into `allowance` together, and 1 at least."""
    return max(1, sum(total <= allowance for total in accumulate(sizes)))


def data_uri(content: bytes, kind: str) -> str:
    """A file of the media type `kind` as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
