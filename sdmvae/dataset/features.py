"""The log-power frames of utterances, computed by worker processes."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdmvae.dsp import audio_file, signal, stft
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.workers import Crashed, map_processes


def utterance_frames(
    paths: Sequence[Path], scratch: Path, *, window: int, hop: int, floor: float, trim: float
) -> Iterator[NDArray[np.float32]]:
    """Yield the log-power frames of each utterance in turn, on all processors.

    Each utterance is divided by its peak, and trimmed at both ends. The workers hand the frames
    over by files, because to send them through a pipe takes longer than to compute them.

    Args:
        paths: The utterances, at 16 kHz.
        scratch: A folder for these files. Each is removed after its frames have been yielded.
        window: The length of the window, in samples.
        hop: The hop, in samples.
        floor: The least power of a bin.
        trim: How many dB below the loudest frame the speech starts and ends.

    Yields:
        Frames of shape (frames, window // 2 + 1).

    Raises:
        AudioError: An utterance cannot be read.
    """
    save = partial(_save_frames, window=window, hop=hop, floor=floor, trim=trim)
    jobs = [(path, scratch / f"{number}.f4") for number, path in enumerate(paths)]
    for (path, target), outcome in map_processes(save, jobs):
        if isinstance(outcome, Crashed):
            raise audio_file.AudioError(f"{path}: {outcome}")
        yield np.memmap(target, "<f4", "r").reshape(-1, window // 2 + 1)
        target.unlink()


def log_power_of_file(
    path: Path, *, window: int, hop: int, floor: float, trim: float
) -> NDArray[np.float32]:
    """Return the log-power frames of one utterance. See `utterance_frames`."""
    samples, _ = audio_file.read_normalised(path)
    trimmed = signal.trim(samples, frame=window, hop=hop, decibels=trim)
    return stft.log_power_frames(trimmed, window=window, hop=hop, floor=floor)


def _save_frames(job: tuple[Path, Path], **settings: Any) -> None:
    path, target = job
    with atomic_path(target) as part:  # another worker of a cluster may write the same file
        part.write_bytes(log_power_of_file(path, **settings).astype("<f4", copy=False).data)
