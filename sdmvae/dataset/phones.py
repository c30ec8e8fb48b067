"""The table of the phones of test utterances, for a corpus that knows its phones."""

from collections.abc import Iterable

import pandas as pd

from sdmvae.corpora.base import Corpus, Phone
from sdmvae.dataset.manifest import Used


def phones_table(rows: Iterable[Used], corpus: Corpus) -> pd.DataFrame:
    """Return the phones of all test utterances, sorted by utterance and time.

    Args:
        rows: The utterances that are used, in any order.
        corpus: Their corpus.

    Returns:
        A table with one row for each phone: the ``path`` of the utterance as in the manifest, the
        ``start`` of the phone in the utterance in seconds, and the name, ``phone``. It has no rows
        if the corpus does not know its phones.
    """
    found = [
        (row.path.as_posix(), *phone)
        for row in sorted(rows, key=lambda row: row.path.as_posix())
        if row.part == "test"
        for phone in cut(corpus.phones(row.utterance.path), row.piece.start, row.piece.seconds)
    ]
    return pd.DataFrame(found, columns=["path", "start", "phone"])


def cut(phones: list[Phone], start: float, seconds: float) -> list[Phone]:
    """Return the phones of a piece of a recording, with times from the start of the piece.

    A phone that has begun before the piece begins with it.

    Args:
        phones: The phones of the recording, in their order.
        start: Where the piece starts in the recording, in seconds.
        seconds: The duration of the piece.
    """
    ends = [phone.start for phone in phones[1:]] + [float("inf")]
    return [
        Phone(round(max(phone.start - start, 0.0), 4), phone.name)
        for phone, end in zip(phones, ends, strict=False)
        if end > start and phone.start < start + seconds
    ]
