"""A source of known entropy: equiprobable symbols, of which no model can have a higher likelihood.

A frame is one of 16 symbols, given as a log-power that is high in the bin of the symbol alone. The
decoder puts out the log-odds of the symbols.
"""

import math
from typing import Any

import numpy as np
import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.nn.likelihoods.base import Likelihood
from tests.support import networks, trainings

SYMBOLS = 16
LARGEST = -math.log(SYMBOLS)  # the largest mean log p(s) that a distribution of symbols can have


class Categorical(Likelihood):
    """p(s | z) = softmax of the decoder's output at the symbol of the frame."""

    outputs = 1

    def negative_log_likelihood(
        self, log_power: torch.Tensor, output: torch.Tensor
    ) -> torch.Tensor:
        """Return the negative log-probability of the symbol."""
        return -torch.log_softmax(output, dim=-1)[log_power == 0]

    def expected_power(self, output: torch.Tensor) -> torch.Tensor:
        """Return the probability of each symbol."""
        return torch.softmax(output, dim=-1)

    def sample_power(self, output: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Draw a symbol, whose power is 1; that of the others is 0."""
        chosen = torch.multinomial(torch.softmax(output, dim=-1), 1, generator=generator)
        return torch.zeros_like(output).scatter_(-1, chosen, 1.0)


def symbols(count: int) -> np.ndarray:
    """Return frames that go through all symbols again and again, shape (count, 16)."""
    kinds = np.where(np.eye(SYMBOLS) > 0, 0.0, -12.0).astype(np.float32)
    return kinds[np.arange(count) % SYMBOLS]


def train(model: str, arguments: dict[str, Any], **changes: Any) -> Autoencoder:
    """Return a trained autoencoder of symbols with one latent variable, in eval mode.

    Args:
        model: The name of the model.
        arguments: The model's own arguments.
        changes: Changes to the settings of training.
    """
    autoencoder = networks.build(model, arguments, m=1, bins=SYMBOLS, hidden=[32])
    autoencoder.likelihood = Categorical()
    how = {"epochs": 60, "learning_rate": 1e-2, "batch_size": 64, "patience": 100, **changes}
    trained = trainings.train(autoencoder, symbols(1024), symbols(256), **how)
    autoencoder.load_state_dict(trained.weights)
    return autoencoder.eval()
