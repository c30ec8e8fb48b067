"""The manifest of the utterances used, and its companion of what was left out and why."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.convert import Converted, printable
from sdmvae.dataset.split import PARTS


class Used(NamedTuple):
    """An utterance, its part of the split, where it is kept, and what was converted."""

    part: str
    utterance: Utterance
    kept: Path
    converted: Converted


class LeftOut(NamedTuple):
    """A recording that is not used, or with no path a speaker, and why."""

    speaker: str
    utterance: str
    path: Path | None
    reason: str


def manifest_table(rows: Iterable[Used], root: Path) -> pd.DataFrame:
    """One row an utterance, part by part and speaker by speaker; sources are relative to `root`."""
    ordered = sorted(rows, key=lambda row: (PARTS.index(row.part), row.kept.as_posix()))
    return pd.DataFrame(
        {
            "split": row.part,
            "speaker": printable(row.utterance.speaker),
            "utterance": printable(row.utterance.utterance),
            "seconds": row.converted.seconds,
            "path": row.kept.as_posix(),
            "source": printable(row.utterance.path.relative_to(root)),
            "source_rate": row.converted.sample_rate,
            "source_channels": row.converted.channels,
            "gain": row.converted.gain,
        }
        for row in ordered
    )


def exclusions_table(rows: Iterable[LeftOut], root: Path) -> pd.DataFrame:
    """One row a recording or speaker that is not used, sorted."""
    texts = [
        (
            printable(row.speaker),
            printable(row.utterance),
            printable(row.path.relative_to(root)) if row.path else "",
            row.reason,
        )
        for row in rows
    ]
    return pd.DataFrame(sorted(texts), columns=["speaker", "utterance", "source", "reason"])
