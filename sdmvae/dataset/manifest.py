"""The manifest, a table of the utterances used, and the table of what is left out and why."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.convert import Converted, Piece
from sdmvae.dataset.names import printable
from sdmvae.dataset.pieces import LONGEST
from sdmvae.dataset.split import PARTS
from sdmvae.dsp.audio_file import SAMPLE_RATE


class Used(NamedTuple):
    """An utterance that is used.

    Attributes:
        part: The part of the split that it belongs to.
        utterance: The utterance with the recording that was converted.
        path: Its file at 16 kHz, relative to the folder of its part.
        piece: The recording, or the piece of it that the utterance is.
        converted: The result of the conversion of the recording.
    """

    part: str
    utterance: Utterance
    path: Path
    piece: Piece
    converted: Converted


class LeftOut(NamedTuple):
    """A recording or a speaker that is not used.

    Attributes:
        speaker: The name of the speaker.
        utterance: The name of the utterance; empty for a speaker.
        recording: The file of the recording; None for a speaker.
        reason: Why it is not used.
    """

    speaker: str
    utterance: str
    recording: Path | None
    reason: str


def manifest_table(rows: Iterable[Used], root: Path) -> pd.DataFrame:
    """Return the manifest, sorted by part, speaker and utterance.

    Args:
        rows: The utterances that are used, in any order.
        root: The folder of the corpus. The column ``recording`` is relative to it.

    Returns:
        A table with one row for each utterance. ``recording``, ``recording_rate`` (Hz) and
        ``recording_channels`` describe the file of the corpus, ``path`` and ``seconds`` the file
        at 16 kHz. ``start`` is where the utterance starts in the recording, in seconds.
    """
    ordered = sorted(rows, key=lambda row: (PARTS.index(row.part), row.path.as_posix()))
    return pd.DataFrame(
        {
            "split": row.part,
            "speaker": printable(row.utterance.speaker),
            "utterance": printable(row.utterance.utterance),
            "seconds": row.piece.seconds,
            "path": row.path.as_posix(),
            "recording": printable(row.utterance.path.relative_to(root)),
            "start": row.piece.start,
            "recording_rate": row.converted.sample_rate,
            "recording_channels": row.converted.channels,
            "gain": row.converted.gain,
        }
        for row in ordered
    )


def exclusions_table(rows: Iterable[LeftOut], root: Path) -> pd.DataFrame:
    """Return the sorted table of what is not used, one row for each recording or speaker.

    Args:
        rows: What is not used, in any order.
        root: The folder of the corpus. The column ``recording`` is relative to it, and empty for
            a speaker.
    """
    texts = [
        (
            printable(row.speaker),
            printable(row.utterance),
            printable(row.recording.relative_to(root)) if row.recording else "",
            row.reason,
        )
        for row in rows
    ]
    return pd.DataFrame(sorted(texts), columns=["speaker", "utterance", "recording", "reason"])


def describe(manifest: pd.DataFrame, exclusions: pd.DataFrame, not_taken: int) -> list[str]:
    """Return lines that say how much speech each part has, and how much is not used.

    Args:
        manifest: The table of `manifest_table`.
        exclusions: The table of `exclusions_table`.
        not_taken: How many utterances of the speakers are beyond ``corpus.utterances``.
    """
    lines = []
    for part in PARTS:
        rows = manifest[manifest["split"] == part]
        lines.append(
            f"{part}: {rows['speaker'].nunique()} speakers, {len(rows)} utterances, "
            f"{rows['seconds'].sum() / 60:.1f} min"
        )
    if not_taken:
        lines.append(f"{not_taken} more utterances are not taken, because of corpus.utterances")
    rates = manifest["recording_rate"]
    for rate in sorted({int(rate) for rate in rates if rate < SAMPLE_RATE}):
        lines.append(
            f"{int((rates == rate).sum())} utterances were recorded at {rate} Hz: they have no "
            f"energy above {rate / 2:g} Hz"
        )
    if (cut := manifest.loc[manifest["start"] > 0, "recording"]).size:
        rows = manifest[manifest["recording"].isin(cut)]
        lines.append(
            f"{cut.nunique()} recordings of more than {LONGEST // SAMPLE_RATE} s were cut into "
            f"{len(rows)} utterances"
        )
    is_piece = exclusions["recording"].isin(manifest["recording"])
    counts = [
        (int((~is_piece & (exclusions["recording"] != "")).sum()), "files"),
        (int(is_piece.sum()), "pieces of long files"),
        (int((exclusions["recording"] == "").sum()), "speakers"),
    ]
    text = ", ".join(f"{count} {what}" for count, what in counts if count)
    return [*lines, *([f"left out {text}; data/left_out.csv says why"] if text else [])]
