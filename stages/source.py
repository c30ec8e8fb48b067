"""corpus.root -> data/source/audio, which DVC watches; checks all of params.yaml first."""

from pathlib import Path

from sdmvae import corpora, params
from sdmvae.corpora.base import LayoutError
from sdmvae.dataset import corpus_link
from sdmvae.models import ModelError
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import check_models

SOURCE = Path("data/source")


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, LayoutError, ModelError):
        settings = params.read()
        check_models(settings)
        root = source_folder(settings.corpus)
        with atomic_path(SOURCE, replace_folder=True) as folder:
            folder.mkdir()
            obstacles = corpus_link.view(folder / "audio", root)
    for path in obstacles:
        print(f"cannot be watched for changes: {str(path)!r}")
    if obstacles:
        print(
            "Because of these, new files in the corpus are not noticed by themselves; "
            "after adding some, run: dvc repro -f -s source"
        )
    print_done(f"source: corpus {settings.corpus.name}, {root or 'which is synthesised'}", SOURCE)


def source_folder(corpus: params.Corpus) -> Path | None:
    """The folder of a corpus on disk, None for one that is made; raises ParameterError."""
    if corpus.name not in corpora.names():
        raise params.ParameterError(
            f"params.yaml: corpus.name: {corpus.name!r}: there are {', '.join(corpora.names())}"
        )
    if hasattr(corpora.load(corpus.name), "synthesize"):
        return None
    if corpus.root is None:
        raise params.ParameterError(
            f"params.yaml: corpus.root: None: give the folder of the {corpus.name} corpus"
        )
    root = Path(corpus.root).expanduser()
    if not root.is_dir():
        raise params.ParameterError(
            f"params.yaml: corpus.root: {corpus.root!r}: there is no such folder; "
            f"give that of the {corpus.name} corpus"
        )
    return root


if __name__ == "__main__":
    main()
