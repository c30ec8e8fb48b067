"""The parameters in which two runs differ."""

from collections.abc import Iterator, Mapping
from typing import Any

from sdmvae.params import Params

# These say how often, how much and where cells are trained, and not how.
IGNORED = ("train.seeds", "train.device", "latent_dims", "corpus.root")
# Losses and log-likelihoods of other frames, or of another likelihood, have another meaning.
OF_THE_FRAMES = ("corpus.", "split.", "stft.", "train.likelihood", "train.representation")


def find_changes(base: Params, other: Params) -> dict[str, list[Any]]:
    """Return the old and the new value of each parameter that differs, by its key.

    A key is written with points, such as train.learning_rate. A parameter that a run does not have
    is None. Variants that only one of the runs has do not count, because they only add cells.
    """
    shared = base.variants.keys() & other.variants.keys()
    old, new = (dict(_flatten(_keep(run, shared))) for run in (base, other))
    keys = dict.fromkeys((*old, *new))
    changed = (key for key in keys if key not in IGNORED and old.get(key) != new.get(key))
    return {key: [old.get(key), new.get(key)] for key in changed}


def have_same_frames(changes: Mapping[str, list[Any]]) -> bool:
    """Return whether losses and log-likelihoods of both runs can be compared."""
    return not any(key.startswith(OF_THE_FRAMES) for key in changes)


def _keep(run: Params, variants: set[str]) -> dict[str, Any]:
    values = run.model_dump()
    return {
        **values,
        "variants": {name: each for name, each in values["variants"].items() if name in variants},
    }


def _flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
