"""The scores of one cell by seed and utterance, and the means of speakers that cells share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


class ScoresError(ValueError):
    """The scores of cells cannot be compared; the message says in one line why."""


@dataclass(frozen=True, eq=False)
class SeedScores:
    """One score of one cell, for R seeds and U test utterances.

    Attributes:
        cell: The name of the cell.
        values: The scores, shape (R, U). Values that are not finite do not count.
        utterances: The speaker and the name of each utterance, in the order of `values`.
    """

    cell: str
    values: np.ndarray
    utterances: pd.MultiIndex

    @property
    def seeds(self) -> int:
        """The number of seeds R."""
        return len(self.values)


@dataclass(frozen=True)
class SharedMeans:
    """The means of G speakers, over the utterances that have a score everywhere.

    Attributes:
        means: For each cell the means of speakers by seed, shape (R, G). All utterances of a
            speaker have the same weight in the mean.
        utterances: How many utterances the means are of.
        left_out: How many utterances are left out, because a score of them is not finite.
    """

    means: list[np.ndarray]
    utterances: int
    left_out: int


def from_table(cell: str, table: pd.DataFrame, score: str) -> SeedScores:
    """Return one score of a cell, as the statistics take it.

    Args:
        cell: The name of the cell, for messages.
        table: One row for each seed and utterance, with the columns ``seed``, ``speaker``,
            ``utterance`` and the score. A score that could not be computed is NaN.
        score: The column of the score.

    Raises:
        ScoresError: The table is empty, a row is there twice, or a seed lacks an utterance that
            another seed has.
    """
    table = table[["seed", "speaker", "utterance", score]].astype(
        {"speaker": str, "utterance": str, score: float}
    )
    if table.empty:
        raise ScoresError(f"{cell}: there are no scores: score the cell first")
    keys = ["seed", "speaker", "utterance"]
    twice = table[table.duplicated(keys)]
    if len(twice):
        seed, speaker, utterance = twice[keys].iloc[0]
        raise ScoresError(
            f"{cell}: seed {seed}: utterance {utterance} of speaker {speaker} has two rows: "
            "keep one of them"
        )
    counts = table.groupby(["speaker", "utterance"])["seed"].count()
    seeds = table["seed"].nunique()
    lacking = counts[counts < seeds]
    if len(lacking):
        speaker, utterance = lacking.index[0]
        raise ScoresError(
            f"{cell}: utterance {utterance} of speaker {speaker} has scores of "
            f"{lacking.iloc[0]} of {seeds} seeds: score the same utterances for every seed"
        )
    wide = table.pivot(index=["speaker", "utterance"], columns="seed", values=score).sort_index()
    return SeedScores(cell, wide.to_numpy().T, pd.MultiIndex.from_tuples(wide.index))


def share_utterances(cells: Sequence[SeedScores]) -> SharedMeans:
    """Return the means of speakers over the utterances that every seed of every cell has scored.

    An utterance that lacks one score is left out for all cells, so that they stay paired. A speaker
    without an utterance that is left is left out as well.

    Args:
        cells: At least one cell.

    Raises:
        ScoresError: The cells do not have the same utterances.
    """
    first = cells[0]
    for cell in cells[1:]:
        for one, other in ((first, cell), (cell, first)):
            missing = one.utterances.difference(other.utterances)
            if len(missing):
                speaker, utterance = missing[0]
                raise ScoresError(
                    f"{other.cell}: {len(missing)} utterances of {one.cell} are missing, such as "
                    f"{utterance} of speaker {speaker}: score both cells on the same utterances"
                )
    scores = [cell.values[:, cell.utterances.get_indexer(first.utterances)] for cell in cells]
    kept = np.logical_and.reduce([np.isfinite(values).all(axis=0) for values in scores])
    speakers = first.utterances.get_level_values(0).to_numpy()
    names = np.unique(speakers[kept])
    means = [np.empty((len(values), len(names))) for values in scores]
    for column, name in enumerate(names):
        chosen = kept & (speakers == name)
        for values, of_cell in zip(scores, means, strict=True):
            of_cell[:, column] = values[:, chosen].mean(axis=1)
    return SharedMeans(means, int(kept.sum()), int((~kept).sum()))
