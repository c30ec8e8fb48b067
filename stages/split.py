"""Corpus -> utterances at 16 kHz of the speakers of each part, and tables of them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sdmvae import corpora, params
from sdmvae.corpora.base import Corpus, LayoutError, SynthesisedCorpus, SynthesisError
from sdmvae.dataset.convert import group_recordings
from sdmvae.dataset.corpus_root import RootError, locate
from sdmvae.dataset.manifest import describe, exclusions_table, manifest_table
from sdmvae.dataset.other_files import describe_other_files
from sdmvae.dataset.phones import phones_table
from sdmvae.dataset.prepare import prepare_speech
from sdmvae.dataset.split import PARTS, SplitError, assign
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from sdmvae.runtime.workers import shared_folder
from stages._common import LEFT_OUT, MANIFEST, PHONES, SPEECH

ERRORS = (params.ParameterError, PluginError, RootError, LayoutError, SplitError, SynthesisError)


def main() -> None:
    """Split the corpus that params.yaml names; synthesise it in a temporary folder if need be."""
    with exit_on(*ERRORS), TemporaryDirectory(prefix="sdmvae-", dir=shared_folder()) as scratch:
        corpus = corpora.load((settings := params.read()).corpus.name)
        if isinstance(corpus, SynthesisedCorpus):
            root = Path(scratch)
            corpus.synthesise(root, settings.corpus.utterances)
        else:
            root = locate(settings.corpus.name, settings.corpus.root, corpus.embedded_root)
        split_corpus(corpus, root, settings.split, settings.corpus.utterances)


def split_corpus(corpus: Corpus, root: Path, settings: params.Split, limit: int | None) -> None:
    """Assign speakers to parts, convert their speech, write the manifest and what is left out."""
    recordings = group_recordings(utterances := corpus.utterances(root))
    speakers = sorted({utterance.speaker for utterance in recordings})
    wanted = {part: getattr(settings, part) for part in PARTS}
    published, group = corpus.published_part, corpus.group
    parts = assign(speakers, wanted, seed=settings.seed, published_part=published, group=group)
    with atomic_path(SPEECH, replace_folder=True) as folder:
        folder.mkdir()
        speech = prepare_speech(recordings, parts, root, folder, limit=limit, seed=settings.seed)
    manifest = manifest_table(speech.used, root)
    exclusions = exclusions_table(speech.left_out, root)
    tables = {MANIFEST: manifest, LEFT_OUT: exclusions, PHONES: phones_table(speech.used, corpus)}
    for target, table in tables.items():
        with atomic_path(target) as path:
            table.to_csv(path, index=False)
    others = describe_other_files(corpus, utterances, root)
    for line in [*describe(manifest, exclusions, speech.not_taken), *others]:
        print(f"split: {line}")
    print_done(f"split: {len(manifest)} utterances at 16 kHz", SPEECH, *tables)


if __name__ == "__main__":
    main()
