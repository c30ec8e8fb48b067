"""What every corpus offers, and helpers to find its files."""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from sdmvae.corpora._suffixes import LOSSY, SUFFIXES, count_kinds

Sex = Literal["female", "male"]


class LayoutError(ValueError):
    """A folder does not have the layout of its corpus; the message is one line."""


class SynthesisError(RuntimeError):
    """The speech of a corpus cannot be synthesised; the message is one line."""


class Utterance(NamedTuple):
    """One recording of one utterance.

    Attributes:
        speaker: The name of the speaker.
        utterance: The name of the utterance, different for each utterance of a speaker.
        path: The audio file.
    """

    speaker: str
    utterance: str
    path: Path


class Phone(NamedTuple):
    """A phone of a recording, which lasts until the next one begins.

    Attributes:
        start: Where it begins, in seconds.
        name: Its name. Each corpus has its own names.
    """

    start: float
    name: str


class Corpus(ABC):
    """A corpus of speech, on disk or made by the pipeline (see `SynthesisedCorpus`).

    A new corpus is a new file in this folder, with one class derived from this one. Its
    constructor takes no arguments.

    Attributes:
        synthesiser: The name of the program or model that spoke all of the speech; None for
            recordings of people. Figures of synthetic speech are labelled with it.
        embedded_root: The folder of the recordings, from the root of the repository, if they are
            part of the repository. Then ``corpus.root`` is not read.
        suffixes: The suffixes of the audio files that the corpus reads, in small letters.
        lists: The names of files that say which recordings the corpus has, in small letters.

    The files that `suffixes` and `lists` name are those that DVC watches. By default they are all
    audio files that libsndfile reads. `.dvcignore` must show other ones to DVC.
    """

    synthesiser: ClassVar[str | None] = None
    embedded_root: ClassVar[Path | None] = None
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES
    lists: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def utterances(self, root: Path) -> list[Utterance]:
        """Return all recordings of the corpus, sorted by speaker and utterance.

        Args:
            root: The folder of the corpus.

        Returns:
            The recordings. An utterance that was recorded several times is listed several times.

        Raises:
            LayoutError: The folder cannot be listed, or holds no recording where the corpus has
                its recordings.
        """

    def list_files(self, root: Path) -> list[Path]:
        """Return the files below a folder that `lists` names, sorted.

        Args:
            root: The folder of the corpus.

        Raises:
            LayoutError: A folder cannot be listed.
        """
        if not self.lists:
            return []
        names = "|".join(map(re.escape, self.lists))
        return sorted(root / match[0] for match in match_files(root, f"(.+/)?({names})"))

    def remarks(self, root: Path) -> list[str]:
        """Return what a user has to know about the files of the corpus, one line each.

        Args:
            root: The folder of the corpus, from which `utterances` has listed the recordings.
        """
        return []

    def published_part(self, speaker: str) -> str | None:
        """Return the part of the published split that a speaker belongs to.

        Args:
            speaker: The name of the speaker, as `utterances` gives it.

        Returns:
            "train", "validation" or "test"; None if no split was published, or if the speaker
            has no part in it.
        """
        return None

    def group(self, speaker: str) -> str:
        """Return the group of a speaker; the split keeps the speakers of a group in one part.

        Args:
            speaker: The name of the speaker, as `utterances` gives it.

        Returns:
            A name that all speakers of the group have in common. By default each speaker is a
            group of their own.
        """
        return speaker

    def sex(self, speaker: str) -> Sex | None:
        """Return the sex of a speaker; None if the name of the speaker does not tell it.

        Args:
            speaker: The name of the speaker, as `utterances` gives it.
        """
        return None

    def phones(self, recording: Path) -> list[Phone]:
        """Return the phones of a recording in their order; none if the corpus does not know them.

        Args:
            recording: The audio file, as `utterances` gives it.
        """
        return []


class SynthesisedCorpus(Corpus):
    """A corpus that is not on disk: the pipeline makes it in a folder, and then reads it there.

    ``corpus.root`` in params.yaml is not read.
    """

    @abstractmethod
    def synthesise(self, root: Path, utterances: int | None) -> None:
        """Fill an empty folder with synthetic speech.

        Args:
            root: The empty folder.
            utterances: How many utterances each speaker says: ``corpus.utterances``.

        Raises:
            SynthesisError: The speech cannot be synthesised, or not so many utterances.
        """


def match_files(root: Path, pattern: str) -> Iterator[re.Match[str]]:
    """Yield a match for each file whose path below a folder matches a pattern in full.

    Hidden files and hidden folders are skipped. A link to a folder is followed, unless it leads
    back to a folder that contains it. A link that leads nowhere counts as a file.

    Args:
        root: The folder.
        pattern: A regular expression for the path from `root`, written with "/". It does not
            distinguish capital letters from small ones.

    Raises:
        LayoutError: A folder cannot be listed.
    """
    expression = re.compile(pattern, re.IGNORECASE | re.ASCII | re.DOTALL)
    return filter(None, map(expression.fullmatch, _list_files(str(root), "", frozenset())))


def sort_utterances(utterances: list[Utterance], expected: str, root: Path) -> list[Utterance]:
    """Return utterances sorted, so that recordings of the same utterance follow one another.

    The first of them is the one that is used, if it can be read. So recordings in a format that
    loses nothing come before those in a lossy one, such as MP3, and others by their path.

    Args:
        utterances: The utterances in any order.
        expected: The layout of the corpus, for the message.
        root: The folder of the corpus, for the message.

    Raises:
        LayoutError: There are no utterances.
    """
    if not utterances:
        found = count_kinds(match[0] for match in match_files(root, ".+"))
        raise LayoutError(f"no {expected} under {root}" + (f", only {found}" if found else ""))
    return sorted(utterances, key=_preference)


def _preference(utterance: Utterance) -> tuple[str, str, bool, Path]:
    is_lossy = utterance.path.suffix.lower() in LOSSY
    return utterance.speaker, utterance.utterance, is_lossy, utterance.path


def _list_files(folder: str, prefix: str, parents: frozenset[tuple[int, int]]) -> Iterator[str]:
    """Yield the path of each file in a folder and below it, after a prefix.

    `parents` are the device and inode numbers of the folders that contain this one.
    """
    try:
        status = Path(folder).stat()
        identity = status.st_dev, status.st_ino
        if identity in parents:
            return
        with os.scandir(folder) as scan:
            entries = [(entry, _is_folder(entry)) for entry in scan if entry.name[0] != "."]
    except OSError as error:
        raise LayoutError(f"cannot list {folder}: {error.strerror}") from None
    for entry, is_folder in entries:
        if is_folder:
            yield from _list_files(entry.path, f"{prefix}{entry.name}/", parents | {identity})
        else:
            yield prefix + entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False
