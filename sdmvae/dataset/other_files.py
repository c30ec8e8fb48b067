"""The files in the folder of a corpus that are not among its recordings, counted by kind."""

from collections.abc import Iterable
from pathlib import Path

from sdmvae.corpora._suffixes import SUFFIXES, count_kinds
from sdmvae.corpora.base import Corpus, SynthesisedCorpus, Utterance, match_files


def describe_other_files(corpus: Corpus, utterances: Iterable[Utterance], root: Path) -> list[str]:
    """Return lines that say how many files of which kind a corpus does not use.

    Hidden files do not count, and a corpus that is no folder of the user has no such files.

    Args:
        corpus: The corpus.
        utterances: Its recordings.
        root: Its folder.

    Returns:
        The remarks of the corpus; then a line for files that are not audio, and one for audio
        files that the corpus does not use. A line about no file is left out.
    """
    if isinstance(corpus, SynthesisedCorpus) or corpus.embedded_root:
        return []
    used = {utterance.path for utterance in utterances}.union(corpus.list_files(root))
    audio, others = list[str](), list[str]()
    for match in match_files(root, ".+"):
        path = root / match[0]
        if path not in used:
            (audio if path.suffix.lower() in SUFFIXES else others).append(path.name)
    lines = corpus.remarks(root)
    if others:
        lines.append(f"left out: {count_kinds(others)}, not audio that libsndfile reads")
    if audio:
        lines.append(
            f"left out: {count_kinds(audio)}, audio that a corpus of this kind does not use"
        )
    return lines
