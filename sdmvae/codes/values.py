"""Codes with their times and with what their frames were taken from."""

from dataclasses import dataclass, replace

import numpy as np


class CodeError(ValueError):
    """Codes or speech cannot be used; the message is one line."""


@dataclass(frozen=True, eq=False)
class Codes:
    """The codes of the frames of an utterance.

    Attributes:
        values: The codes, shape (frames, dims), float32.
        period: The time from frame to frame, in seconds.
        original: The speech that they are of, peak-normalised at 16 kHz, shape (n,), float64; its
            phase is that of the decoded speech. None for codes that were not taken from speech.
        peak: The peak magnitude that the speech had.
    """

    values: np.ndarray
    period: float
    original: np.ndarray | None = None
    peak: float = 1.0

    @property
    def times(self) -> np.ndarray:
        """The times of the centres of the frames, in seconds, shape (frames,)."""
        return np.arange(len(self.values)) * self.period

    def edit(self, values: np.ndarray) -> "Codes":
        """Return other codes of the same speech.

        Args:
            values: The new codes, shape (frames, dims), with as many frames.
        """
        return replace(self, values=np.asarray(values, np.float32))


def check_values(values: np.ndarray, dims: int) -> np.ndarray:
    """Return codes of a cell as float32.

    Args:
        values: Codes, shape (frames, dims).
        dims: How many numbers a code of the cell has.

    Raises:
        CodeError: The codes have another shape, or values that are not finite.
    """
    checked = np.array(values, np.float32, order="C")
    if checked.ndim != 2 or checked.shape[1] != dims or len(checked) == 0:
        raise CodeError(f"codes of shape {checked.shape}: give (frames, {dims})")
    if not np.isfinite(checked).all():
        raise CodeError("codes: NaN or infinite")
    return checked


def as_codes(codes: Codes | np.ndarray, period: float) -> Codes:
    """Return codes that have the hop of a cell.

    Args:
        codes: Codes, or an array (frames, dims), which is taken to have this hop.
        period: The time from frame to frame that the cell was trained with, in seconds.

    Raises:
        CodeError: They have another; the message names both.
    """
    if not isinstance(codes, Codes):
        return Codes(codes, period)
    if not np.isclose(codes.period, period, rtol=1e-9, atol=0):
        raise CodeError(
            f"codes have a frame every {1000 * codes.period:g} ms, but the cell was trained with "
            f"one every {1000 * period:g} ms"
        )
    return codes
