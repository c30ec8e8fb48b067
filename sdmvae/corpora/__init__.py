"""One file a corpus.

A corpus module gives ``utterances(root) -> list[Utterance]``, sorted by speaker and utterance,
and raises `base.LayoutError` where the folder is not laid out as it should be. It may also give

* ``synthesize(root, sentences)``: the corpus is made, not read; it fills the empty folder first;
* ``published_part(speaker)``: "train", "validation", "test" or None, as the paper splits it.
"""

import importlib
import pkgutil
from types import ModuleType


def names() -> list[str]:
    """Names of the corpora there are, as params.yaml writes them."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in modules if name != "base")


def load(name: str) -> ModuleType:
    """The module of the corpus `name`; raises KeyError if there is none."""
    if name not in names():
        raise KeyError(name)
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
