"""Where the speech of a preset comes from: the user's folder, the internet, or the project."""

from sdmvae import corpora
from sdmvae.archives import known
from sdmvae.archives.known import Archive
from sdmvae.corpora.base import LayoutError, SynthesisedCorpus
from sdmvae.dataset.corpus_root import RootError, locate
from sdmvae.params import Corpus
from sdmvae.presets.merging import PresetError


def check(preset: str, corpus: Corpus, given: str) -> Archive | None:
    """Check that the recordings are there, or can be fetched, before anything is made.

    Args:
        preset: The name of the preset, for messages.
        corpus: The section of the parameters; its root lies in the working directory if it is
            relative.
        given: The folder that the user gave for the corpus; empty if none.

    Returns:
        The archive to fetch the recordings from; None if nothing has to be fetched.

    Raises:
        PresetError: There are no recordings; the message says what to give.
        PluginError: There is no such corpus.
    """
    definition = corpora.load(corpus.name)
    if isinstance(definition, SynthesisedCorpus) or definition.embedded_root is not None:
        if given:
            raise PresetError(
                f"CORPUS: {given!r}: {preset} uses the corpus {corpus.name}, which has no folder "
                "of its own: leave CORPUS out"
            )
        return None
    if archive := known.find(corpus.root):
        return archive
    try:
        definition.utterances(locate(corpus.name, corpus.root))
    except (RootError, LayoutError) as error:
        problem = str(error).removeprefix("params.yaml: ")
        raise PresetError(f"{problem}: make {preset} CORPUS=/path/to/{corpus.name}") from error
    return None
