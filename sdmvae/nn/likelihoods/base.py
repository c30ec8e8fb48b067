"""The contract of a likelihood p(s | z) of a power-spectrogram frame s.

Shapes: a batch of frames is given as log s of shape (B, bins); the decoder's output has shape
(B, outputs * bins).
"""

from abc import ABC, abstractmethod

import torch


class Likelihood(ABC):
    """A likelihood of a frame, with parameters that the decoder puts out.

    A file of this folder defines one class that is not abstract. Its constructor takes the
    keyword-only argument ``representation``, what of a frame the likelihood is of, and refuses one
    that it does not know with ValueError.

    Attributes:
        outputs: How many numbers the decoder puts out for each bin.
    """

    outputs: int

    @abstractmethod
    def negative_log_likelihood(
        self, log_power: torch.Tensor, output: torch.Tensor
    ) -> torch.Tensor:
        """Return -log p(s | z), up to a constant that does not depend on z.

        Args:
            log_power: log s, shape (B, bins).
            output: The decoder's output, shape (B, outputs * bins).

        Returns:
            Nats per frame, shape (B,).
        """

    @abstractmethod
    def expected_power(self, output: torch.Tensor) -> torch.Tensor:
        """Return the estimate of s from which speech is resynthesised.

        Args:
            output: The decoder's output, shape (B, outputs * bins).

        Returns:
            Power, not negative, shape (B, bins).
        """

    @abstractmethod
    def sample_power(self, output: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Draw s from p(s | z).

        Args:
            output: The decoder's output, shape (B, outputs * bins).
            generator: The source of randomness, on the device of `output`.

        Returns:
            Power, not negative, shape (B, bins).
        """
