"""Corpus -> digests of its recordings, by which DVC sees whether they must be converted again."""

import json
from pathlib import Path

from sdmvae import corpora, params
from sdmvae.corpora.base import LayoutError, SynthesisedCorpus
from sdmvae.dataset import corpus_link
from sdmvae.dataset.corpus_root import AbsentRootError, RootError, locate
from sdmvae.dataset.recordings import digest_recordings
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from stages._common import DATA

AUDIO = DATA / "source" / "audio"
RECORDINGS, ORIGIN = DATA / "recordings.json", DATA / "origin.json"
WATCH = "dvc repro -f -s source"


def main() -> None:
    """Write the digests, or keep those of before if the folder of the corpus is absent."""
    with exit_on(params.ParameterError, PluginError, RootError, LayoutError):
        settings = params.read().corpus
        corpus = corpora.load(settings.name)
        origin = {"name": settings.name, "root": settings.root}
        try:
            root: Path | None = None
            if not isinstance(corpus, SynthesisedCorpus):
                root = locate(settings.name, settings.root, corpus.embedded_root)
        except AbsentRootError:
            if not (RECORDINGS.exists() and ORIGIN.exists() and read_json(ORIGIN) == origin):
                raise
            print(
                "corpus.root is not on this machine; going on with the speech that was converted "
                f"from it before. Once it is here, run: {WATCH}"
            )
            return
        digests = digest_recordings(corpus, root) if root else {}
        write_json(RECORDINGS, {"corpus": settings.name, "recordings": digests})
        write_json(ORIGIN, origin)
        if root and AUDIO.is_file() and AUDIO.read_text() == corpus_link.ABSENT:
            print(f"corpus.root is here again; so that DVC watches it for changes, run: {WATCH}")
        print_done(f"recordings: {len(digests)} files", RECORDINGS, ORIGIN)


def read_json(path: Path) -> object:
    """Return the value in a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON, one entry per line."""
    with atomic_path(path) as part:
        part.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
