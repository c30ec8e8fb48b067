"""The batches of a part of the corpus: shuffled frames, or whole utterances."""

from collections.abc import Iterator

import numpy as np
import torch

from sdmvae.dataset.frames import Frames


class Batches:
    """A part of the corpus, cut into batches of log-power frames.

    Frames are independent for most encoders, and a batch is any frames of the part. For an
    encoder that looks at neighbours, a batch is one whole utterance.
    """

    def __init__(
        self, frames: Frames | np.ndarray, size: int, whole_utterances: bool, device: str
    ) -> None:
        """Bring the frames to the device.

        Args:
            frames: The store of frames, shape (frames, bins). An array counts as one utterance.
            size: The number of frames per batch, if batches are not whole utterances.
            whole_utterances: Whether a batch is one utterance.
            device: The device that trains; on "cpu" frames are read as they are needed.
        """
        self._frames = frames
        self._device = device
        self._on_device = None if device == "cpu" else torch.from_numpy(frames[:]).to(device)
        self._count = len(frames)
        self._rows: list[slice] | None = None
        if whole_utterances:
            lengths = frames.lengths if isinstance(frames, Frames) else [len(frames)]
            ends = np.cumsum(lengths).tolist()
            self._rows = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
        self._size = size

    def __len__(self) -> int:
        """Return the number of batches."""
        return -(-self._count // self._size) if self._rows is None else len(self._rows)

    @property
    def frames(self) -> int:
        """The number of frames."""
        return self._count

    def in_order(self) -> Iterator[torch.Tensor]:
        """Give the batches in the order of the corpus, shape (B, bins) each."""
        items = self._count if self._rows is None else len(self._rows)
        return self._take(np.arange(items))

    def shuffled(self, seed: int) -> Iterator[torch.Tensor]:
        """Give all frames, or all utterances, once, in a random order."""
        items = self._count if self._rows is None else len(self._rows)
        return self._take(np.random.default_rng(seed).permutation(items))

    def _take(self, order: np.ndarray) -> Iterator[torch.Tensor]:
        if self._rows is not None:
            for utterance in order:
                yield self._read(self._rows[utterance])
        else:
            for start in range(0, len(order), self._size):
                yield self._read(order[start : start + self._size])

    def _read(self, rows: slice | np.ndarray) -> torch.Tensor:
        if self._on_device is None:
            return torch.from_numpy(self._frames[rows])
        if isinstance(rows, slice):
            return self._on_device[rows]
        return self._on_device[torch.from_numpy(rows).to(self._device)]
