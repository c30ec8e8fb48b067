"""The folds of cross-validation, in which no speaker, or no utterance, is on both sides."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

FOLDS = 5  # the most
LEAST = 10  # frames that a class must have in a fold to count as present there


def deal_speakers(speakers: Sequence[str], sexes: Sequence[str]) -> np.ndarray:
    """Return the fold of each frame, so that all frames of a speaker are in one fold.

    Speakers are dealt out in the order of their sex and name. So two speakers of one sex or more
    are never all in the same fold.

    Args:
        speakers: The speaker of each frame, T names.
        sexes: The sex of the speaker of each frame, or an empty text.

    Returns:
        Numbers from 0 to 4, or fewer for fewer speakers, shape (T,).
    """
    order = sorted(set(zip(sexes, speakers, strict=True)))
    fold_of = {speaker: place % FOLDS for place, (_, speaker) in enumerate(order)}
    return np.array([fold_of[speaker] for speaker in speakers])


def deal_utterances(speakers: Sequence[str], utterances: Sequence[str]) -> np.ndarray:
    """Return the fold of each frame, so that all frames of an utterance are in one fold.

    The utterances of each speaker are dealt out in the order of their names. So every speaker with
    two utterances or more is in two folds or more.

    Args:
        speakers: The speaker of each frame, T names.
        utterances: The utterance of each frame, T names.

    Returns:
        Numbers from 0 to 4, or fewer, shape (T,).
    """
    pairs = pd.DataFrame({"speaker": speakers, "utterance": utterances})
    order = pairs.drop_duplicates().sort_values(["speaker", "utterance"])
    order["fold"] = order.groupby("speaker").cumcount() % FOLDS
    return pairs.merge(order, how="left")["fold"].to_numpy()


def find_common(labels: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Tell which frames have a class that can be learned and tested, shape (T,).

    Such a class has `LEAST` frames or more in two folds or more. So each fold has frames of this
    class to learn from in the other folds.

    Args:
        labels: The class of each frame; an empty text is no class.
        folds: The fold of each frame, shape (T,).
    """
    counts = pd.crosstab(labels, folds)
    common = counts.index[(counts >= LEAST).sum(axis=1) >= 2].difference([""])
    return np.isin(labels, common.to_numpy())
