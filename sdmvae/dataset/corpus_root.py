"""Where the recordings of a corpus are: the folder that corpus.root in params.yaml names."""

from pathlib import Path


class RootError(ValueError):
    """The folder of a corpus cannot be used; the message is one line."""


class AbsentRootError(RootError):
    """The folder of a corpus is not on this machine."""


def locate(corpus: str, root: str | None) -> Path:
    """Return the folder of a corpus.

    Args:
        corpus: The name of the corpus, for messages.
        root: The value of ``corpus.root`` in params.yaml.

    Raises:
        RootError: No folder is given.
        AbsentRootError: There is no such folder, or it is empty, as the place is where a disk or
            a share of the network is not mounted.
    """
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
