"""The corpora: one file for each, with one class derived from `sdmvae.corpora.base.Corpus`."""

import sys

from sdmvae.corpora.base import Corpus
from sdmvae.runtime import plugins

PACKAGE = sys.modules[__name__]


def names() -> list[str]:
    """Return the names of the corpora, as params.yaml writes them, sorted."""
    return plugins.names(PACKAGE)


def load(name: str) -> Corpus:
    """Return the corpus with a name.

    Args:
        name: The value of ``corpus.name`` in params.yaml, such as ``tcd-timit``.

    Raises:
        PluginError: There is no such corpus; the message lists the ones that exist.
    """
    kind = "params.yaml: corpus.name"
    # The base is abstract on purpose: what `find` returns is a concrete class derived from it.
    return plugins.find(PACKAGE, Corpus, kind, name)()
