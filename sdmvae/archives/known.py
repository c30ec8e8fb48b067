"""The archives that can be fetched. A new one is a new entry of `ARCHIVES`."""

from pathlib import Path
from typing import NamedTuple


class Archive(NamedTuple):
    """A tar archive with one part of a corpus.

    Attributes:
        name: What messages call it.
        urls: Where it is; each is tried in turn.
        sha256: The SHA-256 of its bytes, in hexadecimal.
        size: Its size in bytes.
        inside: The folder inside the archive that holds the recordings.
        root: The folder of the project that the corpus is unpacked into, which is the value of
            ``corpus.root``.
        licence: What a user has to know before the recordings are passed on.
    """

    name: str
    urls: tuple[str, ...]
    sha256: str
    size: int
    inside: Path
    root: Path
    licence: str

    @property
    def folder(self) -> Path:
        """Where the recordings are after they have been unpacked."""
        return self.root / self.inside.name


ARCHIVES = (
    # https://www.openslr.org/12: 2,703 utterances of 40 speakers, 5.4 hours.
    Archive(
        name="LibriSpeech dev-clean",
        urls=(
            "https://www.openslr.org/resources/12/dev-clean.tar.gz",
            "https://us.openslr.org/resources/12/dev-clean.tar.gz",
            "https://openslr.elda.org/resources/12/dev-clean.tar.gz",
        ),
        sha256="76f87d090650617fca0cac8f88b9416e0ebf80350acb97b343a85fa903728ab3",
        size=337_926_286,
        inside=Path("LibriSpeech/dev-clean"),
        root=Path("data/corpora/LibriSpeech"),
        licence="CC BY 4.0, Panayotov et al., ICASSP 2015",
    ),
)


def find(root: str | None) -> Archive | None:
    """Return the archive of a corpus.

    Args:
        root: The value of ``corpus.root`` in params.yaml.

    Returns:
        The archive that is unpacked into this folder; None if there is none.
    """
    wanted = Path(root) if root else None
    return next((archive for archive in ARCHIVES if archive.root == wanted), None)
