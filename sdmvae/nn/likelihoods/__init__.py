"""One small file for each likelihood p(s | z) of a frame; params.yaml names the file."""

import sys

from sdmvae.nn.likelihoods.base import Likelihood
from sdmvae.runtime import plugins


def names() -> list[str]:
    """Return the names of the likelihoods, as params.yaml writes them."""
    return plugins.names(sys.modules[__name__])


def build(name: str, representation: str) -> Likelihood:
    """Return a likelihood.

    Args:
        name: Its name in params.yaml.
        representation: What of a frame it is a likelihood of.

    Raises:
        plugins.PluginError: There is no such likelihood, or it is not of this representation.
    """
    arguments = {"representation": representation}
    return plugins.build(sys.modules[__name__], Likelihood, "likelihood", name, arguments, {})
