"""Common Voice (Ardila et al., LREC 2020): the validated clips of one language or of several."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import final

from sdmvae.corpora._suffixes import SUFFIXES
from sdmvae.corpora.base import Corpus, LayoutError, Utterance, sort_utterances

EXPECTED = "<language>/validated.tsv with clips in <language>/clips/<clip>.<mp3|...>"
COLUMNS = ("client_id", "path")

# A client_id has 128 hexadecimal digits, too many for the name of a file. Among 100,000 speakers
# two have the same 16 digits with a probability of 3e-10, and that would be an error.
DIGITS = 16


@final
class CommonVoice(Corpus):
    """Common Voice. The root is the folder of a language, or one that holds such folders.

    The first 16 digits of ``client_id`` are the name of a speaker. Clips that validated.tsv does
    not list are not used.
    """

    lists = ("validated.tsv",)

    def utterances(self, root: Path) -> list[Utterance]:
        """Return the clips that validated.tsv lists. See `Corpus.utterances`.

        Old releases leave out the suffix of a clip. A converted clip may have another one.
        """
        return sort_utterances(self._select(root)[0], EXPECTED, root)

    def remarks(self, root: Path) -> list[str]:
        """Return how many rows of validated.tsv have no clip. See `Corpus.remarks`."""
        return [f"left out: {count} {why}" for why, count in sorted(self._select(root)[1].items())]

    def _select(self, root: Path) -> tuple[list[Utterance], Counter[str]]:
        """Return the clips that are listed and there, and how many rows have none, and why."""
        clients: dict[str, str] = {}
        utterances: set[Utterance] = set()
        without: Counter[str] = Counter()
        for table in self.list_files(root):
            clips = _list_clips(table.parent / "clips")
            for client, path in _read(table):
                speaker, stem = client[:DIGITS], _stem(path)
                if clients.setdefault(speaker, client) != client:
                    raise LayoutError(
                        f"{table}: client_id: two speakers have the same first {DIGITS} digits, "
                        f"{speaker}"
                    )
                if not (speaker and stem):
                    without["rows of validated.tsv without a client_id or a path"] += 1
                elif stem not in clips:
                    without["clips of validated.tsv that are not in clips/"] += 1
                else:
                    utterances.update(Utterance(speaker, stem, clip) for clip in clips[stem])
        return list(utterances), without


def _read(table: Path) -> Iterator[tuple[str, str]]:
    """Yield client_id and path of each row of a table; a value that is not there is empty."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
            for column in COLUMNS:
                if column not in (rows.fieldnames or ()):
                    raise LayoutError(f"{table}: there is no column {column}")
            for row in rows:
                yield row["client_id"], row["path"]
    except OSError as error:
        raise LayoutError(f"cannot read {table}: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise LayoutError(f"{table}: is no table of text in UTF-8: {error}") from None


def _list_clips(folder: Path) -> dict[str, list[Path]]:
    """Return the audio files in a folder by their names without suffix."""
    clips: dict[str, list[Path]] = {}
    try:
        for path in folder.iterdir():
            if path.name[0] != "." and path.suffix.lower() in SUFFIXES:
                clips.setdefault(path.stem, []).append(path)
    except OSError as error:
        raise LayoutError(f"cannot list {folder}: {error.strerror}") from None
    return clips


def _stem(name: str) -> str:
    path = Path(name)
    return path.stem if path.suffix.lower() in SUFFIXES else path.name
