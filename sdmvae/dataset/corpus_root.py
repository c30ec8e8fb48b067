"""Where the recordings of a corpus are: where corpus.root in params.yaml says, or in git."""

from pathlib import Path


class RootError(ValueError):
    """The folder of a corpus cannot be used; the message is one line."""


class AbsentRootError(RootError):
    """The folder of a corpus is not on this machine."""


def locate(corpus: str, root: str | None, embedded_root: Path | None = None) -> Path:
    """Return the folder of a corpus.

    Args:
        corpus: The name of the corpus, for messages.
        root: The value of ``corpus.root`` in params.yaml.
        embedded_root: The folder of a corpus that is part of the repository; `root` is not read.

    Raises:
        RootError: No folder is given, or the repository lacks that of the corpus.
        AbsentRootError: There is no such folder, or it is empty, as the place is where a disk or
            a share of the network is not mounted.
    """
    if embedded_root is not None:
        if not embedded_root.is_dir():
            raise RootError(
                f"{embedded_root}: there is no such folder, and it holds the {corpus} corpus: "
                f"get it back with: git checkout {embedded_root}"
            )
        return embedded_root
    if root is None:
        raise RootError(f"params.yaml: corpus.root: None: give the folder of the {corpus} corpus")
    folder = Path(root).expanduser()
    if not folder.is_dir():
        problem = "there is no such folder"
    elif not any(folder.iterdir()):
        problem = "the folder is empty"
    else:
        return folder
    raise AbsentRootError(
        f"params.yaml: corpus.root: {root!r}: {problem}; give that of the {corpus} corpus"
    )
