"""A trained cell: speech to codes, codes to speech, and codes that are drawn from a prior."""

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path

import numpy as np

from sdmvae.autoencoder import Autoencoder
from sdmvae.codes import network
from sdmvae.codes.about import About
from sdmvae.codes.arithmetic import pipeline_arithmetic
from sdmvae.codes.drawing import draw, priors_of
from sdmvae.codes.values import Codes, as_codes, check_values
from sdmvae.codes.waveform import to_speech
from sdmvae.evaluation import resynthesis
from sdmvae.nn.priors import Prior
from sdmvae.params import Transform

IMPORTANCE_SAMPLES = 20
Speech = str | PathLike[str] | np.ndarray


class TrainedCell:
    """A trained cell with the transform of its frames. `sdmvae.load` makes one.

    Every call computes as the pipeline does, and leaves the settings of the caller as they were.

    Attributes:
        about: Its name, its seed and its training speech.
        rate: The sample rate of its speech, in Hz.
        dims: How many numbers a code has.
        period: The time from frame to frame, in seconds.
    """

    def __init__(
        self,
        autoencoder: Autoencoder,
        transform: Transform,
        priors: Mapping[str, Prior],
        about: About,
    ) -> None:
        """Take an autoencoder in eval mode, the transform of its frames, and fitted priors."""
        self.about = about
        self.rate, self.period = transform.rate, transform.hop / transform.rate
        model = autoencoder.model
        (width, *_) = model.posterior_widths
        self.dims = width if model.dictionary is None else model.dictionary.shape[1]
        self._autoencoder, self._transform, self._fitted = autoencoder, transform, priors

    @property
    def priors(self) -> list[str]:
        """The names of the priors that `generate` can draw from, the best fit first."""
        return priors_of(self._autoencoder, self._fitted)

    @pipeline_arithmetic()
    def encode(self, speech: Speech, rate: int | None = None) -> Codes:
        """Return the mean codes of speech.

        Args:
            speech: An audio file of any rate, or samples of shape (n,) or (n, channels).
            rate: The sample rate of the samples, in Hz.

        Returns:
            The codes: ``values`` (frames, dims), and ``period`` in seconds.

        Raises:
            ValueError: The speech cannot be used; the message is one line.
        """
        samples, peak = to_speech(speech, rate)
        values = network.mean_codes(self._autoencoder, self._transform, samples)
        return Codes(values, self.period, samples, peak)

    def encode_files(self, paths: Iterable[str | PathLike[str]]) -> Iterator[tuple[Path, Codes]]:
        """Yield each path with the codes of its file; it raises what `encode` raises."""
        yield from ((Path(path), self.encode(path)) for path in paths)

    @pipeline_arithmetic()
    def decode(
        self,
        codes: Codes | np.ndarray,
        phase: np.ndarray | None = None,
        *,
        make_phase: bool = False,
        seed: int = 0,
    ) -> np.ndarray:
        """Return the speech of codes; what does not fit the cell is refused with a ValueError.

        Args:
            codes: Codes, edited or not, or an array (frames, dims).
            phase: Speech at 16 kHz whose phase is taken, shape (n,) with n // hop + 1 frames. By
                default it is that of the speech that the codes were taken from, if they were.
            make_phase: Make a phase as for other codes, by the algorithm of Griffin and Lim.
            seed: The seed of the phase that is made.

        Returns:
            Samples at `rate`, shape (n,), at the level of the recording, or of one with the peak 1.
        """
        codes = as_codes(codes, self.period)
        length = None if codes.original is None else len(codes.original)
        if phase is None and not make_phase:
            phase = codes.original
        power = self.power(codes.values)
        return network.to_signal(power, self._transform, phase, length, seed) * codes.peak

    @pipeline_arithmetic()
    def power(self, codes: np.ndarray) -> np.ndarray:
        """Return the power that the decoder expects of codes.

        Codes have the shape (frames, dims), and powers (frames, window // 2 + 1).
        """
        return network.expected_power(self._autoencoder, check_values(codes, self.dims))

    @pipeline_arithmetic()
    def generate(self, frames: int, prior: str | None = None, *, seed: int = 0) -> Codes:
        """Draw codes of independent frames from a prior; `decode` makes a phase for them.

        Args:
            frames: How many frames to draw, at least 2 for speech.
            prior: "own" for the model's own prior, "gaussian" or "mixture" for one that was fitted
                after training; by default, the first of `priors`.
            seed: The seed of the draw.

        Raises:
            CodeError: The cell has no such prior; the message lists those that it has.
        """
        values = draw(self._autoencoder, self._fitted, frames, prior, seed)
        return Codes(values, self.period)

    @pipeline_arithmetic()
    def resynthesize(
        self, speech: Speech, rate: int | None = None, *, seed: int = 0
    ) -> tuple[np.ndarray, resynthesis.Analysis]:
        """Send speech through the cell as the pipeline does.

        Args:
            speech: As for `encode`.
            rate: As for `encode`.
            seed: The seed of the samples of the bounds.

        Returns:
            The speech with the original phase, shape (n,), and the codes and bounds of its frames.
        """
        samples, peak = to_speech(speech, rate)
        how = self._transform
        settings = resynthesis.Settings(how.window, how.hop, how.floor, "mean", IMPORTANCE_SAMPLES)
        parts = (self._autoencoder, samples, settings, seed, self._fitted)
        estimate, analysis = resynthesis.resynthesise(*parts)
        return estimate * peak, analysis
