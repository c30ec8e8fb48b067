"""The log-power frames of utterances, or their waveforms, computed by worker processes."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sdmvae.dataset.waveforms import Waveform, pack
from sdmvae.dsp import audio_file, signal, stft
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.workers import Crashed, map_processes

Saved = TypeVar("Saved")


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
    for target, _ in _saved(save, paths, scratch):
        yield np.memmap(target, "<f4", "r").reshape(-1, window // 2 + 1)


def utterance_waveforms(
    paths: Sequence[Path], scratch: Path, *, window: int, hop: int, trim: float
) -> Iterator[Waveform]:
    """Yield the waveform of each utterance in turn, of which the same frames can be made.

    See `utterance_frames`. The waveform is reflected at both ends by half a window.

    Raises:
        AudioError: An utterance cannot be read, or has samples of more than 24 bits.
    """
    save = partial(_save_waveform, window=window, hop=hop, trim=trim)
    for target, (width, peak) in _saved(save, paths, scratch):
        yield Waveform(np.memmap(target, np.uint8, "r").reshape(-1, width), peak)


def log_power_of_file(
    path: Path, *, window: int, hop: int, floor: float, trim: float
) -> NDArray[np.float32]:
    """Return the log-power frames of one utterance. See `utterance_frames`."""
    trimmed, _ = _read_trimmed(path, window=window, hop=hop, trim=trim)
    return stft.log_power_frames(trimmed, window=window, hop=hop, floor=floor)


def waveform_of_file(path: Path, *, window: int, hop: int, trim: float) -> Waveform:
    """Return the waveform of one utterance. See `utterance_waveforms`."""
    trimmed, peak = _read_trimmed(path, window=window, hop=hop, trim=trim)
    try:
        return pack(stft.pad(trimmed, window), peak)
    except ValueError as error:
        raise audio_file.AudioError(f"{path}: {error}") from error


def _read_trimmed(
    path: Path, *, window: int, hop: int, trim: float
) -> tuple[NDArray[np.float64], float]:
    samples, peak = audio_file.read_normalised(path)
    return signal.trim(samples, frame=window, hop=hop, decibels=trim), peak


def _saved(
    save: Callable[[tuple[Path, Path]], Saved], paths: Sequence[Path], scratch: Path
) -> Iterator[tuple[Path, Saved]]:
    """Yield the file that was saved for each utterance, and what `save` returned."""
    jobs = [(path, scratch / f"{number}.part") for number, path in enumerate(paths)]
    for (path, target), outcome in map_processes(save, jobs):
        if isinstance(outcome, Crashed):
            raise audio_file.AudioError(f"{path}: {outcome}")
        yield target, outcome
        target.unlink()


def _save_frames(job: tuple[Path, Path], **settings: Any) -> None:
    path, target = job
    with atomic_path(target) as part:  # another worker of a cluster may write the same file
        part.write_bytes(log_power_of_file(path, **settings).astype("<f4", copy=False).data)


def _save_waveform(job: tuple[Path, Path], **settings: Any) -> tuple[int, float]:
    path, target = job
    samples, peak = waveform_of_file(path, **settings)
    with atomic_path(target) as part:
        part.write_bytes(samples.tobytes())
    return samples.shape[1], peak
