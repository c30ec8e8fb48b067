"""The table of targets: test frames with all that the probes predict of them."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sdmvae.evaluation.even_frames import even_rows
from sdmvae.probes import folds
from sdmvae.probes.measure import Measured
from sdmvae.probes.targets import BY_SPEAKER, BY_UTTERANCE, UNVOICED, VOICED

# Frames overlap their neighbours by most of their length, so that more of them tell little more.
MOST_FRAMES = 6000


def tabulate(
    utterances: pd.DataFrame,
    measured: Iterable[Measured],
    phones: pd.DataFrame,
    sexes: Mapping[str, str | None],
    *,
    seconds_per_frame: float,
    most: int = MOST_FRAMES,
) -> pd.DataFrame:
    """Return the targets of test frames.

    Args:
        utterances: The test utterances, with ``path``, ``speaker`` and ``utterance``.
        measured: What was measured in each of them, in the same order.
        phones: The phones of the utterances, as `sdmvae.dataset.phones` writes them.
        sexes: The sex of each speaker; None if it is not known.
        seconds_per_frame: The distance between frames.
        most: How many frames are taken. They are spread evenly over all frames.

    Returns:
        A table with one row for each frame: ``path``, ``speaker``, ``utterance``, the number
        ``frame`` in the utterance, the folds `BY_SPEAKER` and `BY_UTTERANCE`, ``voicing``,
        ``phone``, ``energy`` in dB, ``log_f0`` (NaN where a frame is not voiced) and ``sex``. What
        is not known is an empty text.
    """
    names = {str(path): rows for path, rows in phones.groupby("path")}
    parts = []
    for (path, speaker, utterance), values in zip(
        utterances[["path", "speaker", "utterance"]].itertuples(index=False, name=None),
        measured,
        strict=True,
    ):
        frames = np.arange(len(values.pitch))
        voiced = values.pitch > 0
        part = {
            "path": path,
            "speaker": str(speaker),
            "utterance": str(utterance),
            "frame": frames,
            "voicing": np.where(voiced, VOICED, UNVOICED),
            "phone": label_phones(names.get(path), frames * seconds_per_frame),
            "energy": values.energy,
            "log_f0": np.log(np.where(voiced, values.pitch, np.nan)),
            "sex": sexes[str(speaker)] or "",
        }
        parts.append(pd.DataFrame(part))
    table = pd.concat(parts, ignore_index=True)
    table = table.iloc[even_rows(len(table), most)].reset_index(drop=True)
    speakers = table["speaker"].tolist()
    table[BY_SPEAKER] = folds.deal_speakers(speakers, table["sex"].tolist())
    table[BY_UTTERANCE] = folds.deal_utterances(speakers, table["utterance"].tolist())
    return table


def label_phones(phones: pd.DataFrame | None, seconds: np.ndarray) -> np.ndarray:
    """Return the phone at each of T times, shape (T,); an empty text where none is known.

    Args:
        phones: The phones of the utterance with their ``start``, in order; None if not known.
        seconds: The times, shape (T,).
    """
    if phones is None:
        return np.full(len(seconds), "", dtype=object)
    place = np.searchsorted(phones["start"].to_numpy(), seconds, side="right") - 1
    names = phones["phone"].to_numpy(dtype=object)
    return np.where(place >= 0, names[np.maximum(place, 0)], "")
