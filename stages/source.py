"""params.yaml -> data/source/audio, through which DVC sees that the corpus changes."""

from pathlib import Path

from sdmvae import corpora, params
from sdmvae.corpora.base import LayoutError, SynthesisedCorpus
from sdmvae.dataset import corpus_link
from sdmvae.dataset.corpus_root import AbsentRootError, RootError, locate
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from stages._common import DATA

SOURCE, DVCIGNORE = DATA / "source", Path(".dvcignore")
ERRORS = (params.ParameterError, PluginError, RootError, LayoutError, corpus_link.HiddenError)


def main() -> None:
    """Link the recordings of the corpus."""
    with exit_on(*ERRORS):
        settings = params.read()
        with atomic_path(SOURCE, replace_folder=True) as folder:
            folder.mkdir()
            remark = link_recordings(folder / "audio", settings.corpus)
    print_done(f"source: corpus {settings.corpus.name}, {remark}", SOURCE)


def link_recordings(entry: Path, settings: params.Corpus) -> str:
    """Make a link to the recordings, or a small text file if there are none; return a remark."""
    corpus = corpora.load(settings.name)
    if isinstance(corpus, SynthesisedCorpus):
        entry.write_text(corpus_link.SYNTHESISED)
        return "which is synthesised"
    try:
        root = locate(settings.name, settings.root, corpus.embedded_root)
    except AbsentRootError:
        entry.write_text(corpus_link.ABSENT)
        return f"which is not on this machine: {settings.root}"
    text = DVCIGNORE.read_text(encoding="utf-8") if DVCIGNORE.exists() else ""
    shown = corpus_link.shown_names(text)
    corpus_link.check_shown(corpus, shown)
    obstacles = corpus_link.link_corpus(entry, root, corpus, shown)
    for path in obstacles:
        print(f"cannot be watched for changes: {str(path)!r}")
    if obstacles:
        print(
            "Because of these, DVC does not notice new files in the corpus; "
            "after adding some, run: dvc repro -f -s source"
        )
    return str(root)


if __name__ == "__main__":
    main()
