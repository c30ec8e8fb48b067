"""The random order in which the utterances of a speaker are taken if not all of them are."""

from collections.abc import Iterable

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.names import printable
from sdmvae.runtime.seeds import seed_for


def draw_order(utterances: Iterable[Utterance], seed: int) -> dict[str, list[Utterance]]:
    """Return the utterances of each speaker in a random order.

    The utterances are sorted by numbers that are drawn for each from the seed, the name of the
    speaker and its own name. So another speaker changes nothing for the others, and another
    utterance takes a place between the others, which keep their order.

    Args:
        utterances: The utterances in any order, each once.
        seed: The seed of the split.

    Returns:
        The utterances by the name of their speaker.
    """
    order: dict[str, list[Utterance]] = {}
    for utterance in utterances:
        order.setdefault(utterance.speaker, []).append(utterance)
    for listed in order.values():
        listed.sort(
            key=lambda item: seed_for(
                seed, "utterances", printable(item.speaker), printable(item.utterance)
            )
        )
    return order
