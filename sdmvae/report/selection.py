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


def select_others(results: Results) -> list[Utterance]:
    """Return one utterance of every speaker who has none in `select_utterances`, by name."""
    rows = pd.concat(results.utterances.values(), ignore_index=True)
    chosen = {utterance.speaker for utterance in choose_utterances(rows)}
    return [
        _choose_of_speaker(rows, "another speaker", speaker, pesq)
        for speaker, pesq in sorted(_find_mean_pesq(rows).items())
        if speaker not in chosen
    ]


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
    speakers = pd.Series(_find_mean_pesq(rows)).rename_axis("speaker").reset_index(name="pesq")
    speakers = speakers.sort_values(["pesq", "speaker"], na_position="last")
    if speakers["pesq"].notna().any():
        speakers = speakers.dropna()
    last = len(speakers) - 1
    ranks = {0: "the only speaker"}
    if last:
        ranks = {last // 2: "a speaker in the middle", last: "the easiest speaker"}
        ranks[0] = "the hardest speaker"
    return [
        _choose_of_speaker(rows, ranks[place], *speakers.iloc[place]) for place in sorted(ranks)
    ]


def _find_mean_pesq(rows: pd.DataFrame) -> dict[str, float]:
    """Return the mean PESQ of each speaker over utterances and cells; NaN if there is none."""
    pesq = rows["pesq"].replace([np.inf, -np.inf], np.nan)
    means = pesq.groupby(rows["speaker"].astype(str)).mean()
    return {str(speaker): float(mean) for speaker, mean in means.items()}


def _choose_of_speaker(rows: pd.DataFrame, rank: str, speaker: str, pesq: float) -> Utterance:
    """Return the utterance of a speaker whose length is nearest to `SECONDS`."""
    own = rows[rows["speaker"].astype(str) == speaker]
    distance = (own["seconds"] - SECONDS).abs()
    path = own.assign(distance=distance).sort_values(["distance", "path"])["path"].iloc[0]
    return Utterance(rank, speaker, str(path), None if np.isnan(pesq) else pesq)
