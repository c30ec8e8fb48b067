"""The published figures that this project sets beside its own."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Published(NamedTuple):
    """The figures that Table 1 has for one model at one latent dimension."""

    pesq: float
    stoi: float
    hoyer: float


class _Row(NamedTuple):
    """A model of Table 1, as params.yaml declares it, with its figures by latent dimension."""

    model: str
    arguments: Mapping[str, Any]
    figures: Mapping[int, Published]


# Sadeghi and Magron, "A Sparsity-promoting Dictionary Model for Variational Autoencoders",
# Interspeech 2022, Table 1: the corpus is TCD-TIMIT.
_TABLE_1 = (
    _Row("vae", {}, {32: Published(3.29, 0.85, 0.40), 64: Published(3.26, 0.85, 0.56)}),
    _Row(
        "vsc", {"alpha": 0.05}, {32: Published(3.00, 0.81, 0.57), 64: Published(3.25, 0.84, 0.51)}
    ),
    _Row("vsc", {"alpha": 0.5}, {32: Published(3.25, 0.84, 0.54), 64: Published(3.32, 0.85, 0.65)}),
    _Row("vsc", {"alpha": 0.9}, {32: Published(3.25, 0.84, 0.47), 64: Published(3.26, 0.85, 0.60)}),
    _Row(
        "sdm",
        {"dictionary": "identity"},
        {32: Published(3.33, 0.86, 0.64), 64: Published(3.45, 0.87, 0.73)},
    ),
    _Row(
        "sdm",
        {"dictionary": "dct", "atoms": 32},
        {32: Published(3.37, 0.86, 0.66), 64: Published(3.28, 0.84, 0.66)},
    ),
    _Row(
        "sdm",
        {"dictionary": "dct", "atoms": 64},
        {32: Published(3.32, 0.86, 0.87), 64: Published(3.33, 0.86, 0.76)},
    ),
)


def published(model: str, arguments: Mapping[str, Any], m: int) -> Published | None:
    """Return the published figures of exactly this cell, or None if there are none.

    Args:
        model: The name of the model.
        arguments: The arguments of the model, as params.yaml sets them.
        m: The latent dimension.
    """
    for row in _TABLE_1:
        if (row.model, row.arguments) == (model, dict(arguments)):
            return row.figures.get(m)
    return None
