"""Any folder of speech that has one folder for each speaker, laid out inside as one likes."""

from pathlib import Path

from sdmvae.corpora.base import Utterance, listing, matches

EXPECTED = "<speaker>/**/*.<wav|flac|ogg>"


def utterances(root: Path) -> list[Utterance]:
    """All audio files in the speakers' folders, named by their paths from there."""
    found = [
        Utterance(match["speaker"], match["name"], root / match[0])
        for match in matches(root, r"(?P<speaker>[^/]+)/(?P<name>.+)\.(wav|flac|ogg)")
    ]
    return listing(found, EXPECTED, root)
