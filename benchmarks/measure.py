"""What the measurements of speed share."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sdmvae import params
from sdmvae.dataset import features, frames
from sdmvae.runtime import determinism

# The work that all training loops do: batches of frames of so many bins, hidden units, dimensions.
BATCH, BINS, HIDDEN, M = 128, 513, 128, 64
CountFrames = Callable[[int], None]
# The environment of the stages.
PINNED = {**determinism.ONE_THREAD, **(determinism.INSTRUCTIONS if determinism.has_avx2() else {})}
STFT = params.Stft(window=1024, hop=256, floor=1e-6, trim=30.0)


class Spread(NamedTuple):
    """What rounds of a measurement give."""

    median: float
    least: float
    greatest: float


def configure(model: str, arguments: dict[str, Any], m: int = M) -> params.CellConfiguration:
    """Return what builds the network of a model that is measured."""
    return params.CellConfiguration(
        model=model,
        arguments=arguments,
        m=m,
        bins=BINS,
        hidden=[HIDDEN],
        encoder_input="log-power",
        likelihood="itakura-saito",
        representation="power",
        transform=None,
    )


def store_frames(folder: Path, path: Path, times: int) -> int:
    """Write the frames of the speech in `folder`, repeated `times`, and return their number."""
    paths = sorted((folder / "speech").glob("*.flac")) * times
    utterances = features.utterance_frames(
        paths, folder, window=STFT.window, hop=STFT.hop, floor=STFT.floor, trim=STFT.trim
    )
    return frames.write(path, utterances, STFT.window // 2 + 1)


def seconds_of(function: Callable[[], object]) -> float:
    """Return how many seconds a function takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def spread(ours: Sequence[float], others: Sequence[float]) -> Spread:
    """Return the median, the least and the greatest of our / others, round by round."""
    values = [mine / other for mine, other in zip(ours, others, strict=True)]
    return Spread(statistics.median(values), min(values), max(values))


def ratios(ours: Sequence[float], others: Sequence[float], form: str) -> str:
    """Return `spread` as text, such as 1.3 (1.2 to 1.5)."""
    middle, low, high = map(form.format, spread(ours, others))
    return f"{middle} ({low} to {high})"


def percentages(values: Sequence[float]) -> str:
    """Return the median, the least and the greatest of some shares, in percent."""
    return ratios(values, [1.0] * len(values), "{:.0%}")
