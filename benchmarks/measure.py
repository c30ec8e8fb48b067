"""What the measurements of speed share."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sdmvae import params
from sdmvae.dataset import features, frames
from sdmvae.runtime import determinism

# The work that all training loops do: batches of frames of so many bins, hidden units, dimensions.
BATCH, BINS, HIDDEN, M = 128, 513, 128, 64
CountFrames = Callable[[int], None]
# The environment of the stages.
PINNED = {**determinism.ONE_THREAD, **(determinism.INSTRUCTIONS if determinism.has_avx2() else {})}
STFT = params.Stft(window=1024, hop=256, floor=1e-6, trim=30.0)


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


def ratios(ours: Sequence[float], others: Sequence[float], form: str) -> str:
    """Return the median, the least and the greatest of our / others, round by round."""
    values = [mine / other for mine, other in zip(ours, others, strict=True)]
    low, middle, high = (
        form.format(value) for value in (min(values), statistics.median(values), max(values))
    )
    return f"{middle} ({low} to {high})"


def percentages(values: Sequence[float]) -> str:
    """Return the median, the least and the greatest of some shares, in percent."""
    return ratios(values, [1.0] * len(values), "{:.0%}")
