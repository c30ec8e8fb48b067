"""Measure the stages `features` and `score` beside what they cannot do without."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import soundfile

from benchmarks.measure import STFT, percentages, seconds_of, store_frames
from sdmvae.dsp import audio_file, stft
from sdmvae.evaluation import cell_scores
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import map_processes, processors


def measure(folder: Path, rounds: int) -> str:
    """Return two sentences with the shares of the possible speed."""
    cores, paths = processors(), sorted((folder / "speech").glob("*.flac"))
    pairs = [(path, path) for path in paths] * 2
    features_share, scoring_share = [], []
    for _ in progress(range(rounds), "features and scoring", rounds, "round"):
        bound = seconds_of(partial(run, decode_and_transform, [paths * 40] * cores, cores))
        stage = seconds_of(partial(store_frames, folder, folder / "many.npy", 40 * cores))
        features_share.append(bound / stage)
        one = seconds_of(partial(run, score_files, pairs, 1))
        all_cores = seconds_of(partial(run, score_files, pairs, cores))
        scoring_share.append(one / all_cores / cores)
    return (
        f"Features: {percentages(features_share)} of the rate at which {cores} cores decode FLAC "
        f"and transform it, and do nothing else.\n\nScoring: {percentages(scoring_share)} of "
        f"{cores} times the rate of one process.\n"
    )


def run(function: Callable[[Any], object], items: Iterable[Any], processes: int) -> None:
    """Apply a function to all items by worker processes."""
    for _ in map_processes(function, items, processes):
        pass


def decode_and_transform(paths: list[Path]) -> None:
    """Decode recordings and compute their spectrograms."""
    for path in paths:
        samples, _ = soundfile.read(path)
        stft.stft(samples, window=STFT.window, hop=STFT.hop)


def score_files(pair: tuple[Path, Path]) -> None:
    """Read a pair of recordings and compute their scores."""
    reference, estimate = (audio_file.read(path).samples for path in pair)
    cell_scores.score_pair(reference, estimate, audio_file.SAMPLE_RATE)
