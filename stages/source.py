"""corpus.root -> data/source/audio, which DVC watches; checks all of params.yaml first."""

from pathlib import Path

from sdmvae import corpora, params, watch
from sdmvae.corpora.base import LayoutError
from sdmvae.files import whole
from sdmvae.models import ModelError
from stages.checking import check_models
from stages.reporting import closing, refusing

SOURCE = Path("data/source")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, LayoutError, ModelError):
        settings = params.read()
        check_models(settings)
        root = source_folder(settings.corpus)
        with whole(SOURCE) as folder:
            folder.mkdir()
            obstacles = watch.view(folder / "audio", root)
    for path in obstacles:
        print(f"cannot be watched for changes: {str(path)!r}")
    if obstacles:
        print(
            "Because of these, new files in the corpus are not noticed by themselves; "
            "after adding some, run: dvc repro -f -s source"
        )
    closing(f"source: corpus {settings.corpus.name}, {root or 'which is synthesised'}", SOURCE)


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
