"""Which test utterances the page shows."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sdmvae.evaluation.results import Results

SECONDS = 4.0  # each speaker's utterance is the one whose length is nearest to this


class Utterance(NamedTuple):
    """A test utterance that the page shows.

    Attributes:
        rank: How its speaker compares with the others, such as "the hardest speaker".
        speaker: Its speaker.
        path: Its path in the manifest.
        pesq: The speaker's mean PESQ over all cells; None if the speaker has no PESQ score.
    """

    rank: str
    speaker: str
    path: str
    pesq: float | None


def select_utterances(results: Results) -> list[Utterance]:
    """Return what `choose_utterances` chooses by the scores of all cells."""
    return choose_utterances(pd.concat(results.utterances.values(), ignore_index=True))


def select_middle_utterance(results: Results) -> Utterance:
    """Return the one of the selected utterances that is shown where there is room for one."""
    utterances = select_utterances(results)
    return utterances[len(utterances) // 2]


def choose_utterances(rows: pd.DataFrame) -> list[Utterance]:
    """Choose one utterance of the hardest, of a middle and of the easiest test speaker.

    Speakers are ordered by their mean PESQ, and speakers with the same mean by their names. A
    speaker without a PESQ score is chosen only if no speaker has one. Of each speaker it is the
    utterance whose length is nearest to 4 s.

    Args:
        rows: The scores of all cells, with one row per utterance, cell and seed, and the
            columns ``speaker``, ``path``, ``seconds`` and ``pesq``.

    Returns:
        The utterances, that of the hardest speaker first.
    """
    pesq = rows["pesq"].replace([np.inf, -np.inf], np.nan).groupby(rows["speaker"].astype(str))
    speakers = pesq.mean().rename_axis("speaker").reset_index()
    speakers = speakers.sort_values(["pesq", "speaker"], na_position="last")
    if speakers["pesq"].notna().any():
        speakers = speakers.dropna()
    last = len(speakers) - 1
    ranks = {0: "the only speaker"}
    if last:
        ranks = {last // 2: "a speaker in the middle", last: "the easiest speaker"}
        ranks[0] = "the hardest speaker"
    utterances = []
    for place in sorted(ranks):
        speaker, mean = str(speakers["speaker"].iloc[place]), float(speakers["pesq"].iloc[place])
        own = rows[rows["speaker"].astype(str) == speaker]
        distance = (own["seconds"] - SECONDS).abs()
        path = own.assign(distance=distance).sort_values(["distance", "path"])["path"].iloc[0]
        pesq_or_none = None if np.isnan(mean) else mean
        utterances.append(Utterance(ranks[place], speaker, str(path), pesq_or_none))
    return utterances
