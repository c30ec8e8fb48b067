"""The scores of one cell: those of every utterance, and the summary of the cell."""

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae.dsp import audio_file
from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.scores.base import FrameScore, UtteranceScore, finite_mean
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes

Pair = tuple[Path, Path]
Summary = dict[str, float | int | None]

UTTERANCE_SCORES = [score for score in SCORES.values() if isinstance(score, UtteranceScore)]


def score_pair(
    reference: np.ndarray, estimate: np.ndarray, rate: int
) -> tuple[dict[str, float], list[str]]:
    """Compute every score that utterances have, for one utterance.

    Args:
        reference: The original, shape (n,).
        estimate: The resynthesis, shape (n,).
        rate: The sample rate in Hz.

    Returns:
        The scores by name, NaN where a score is undefined; and the reasons, each of them once.
    """
    scores, remarks = dict[str, float](), list[str]()
    for score in UTTERANCE_SCORES:
        try:
            scores[score.name] = score.compute(reference, estimate, rate)
        except ValueError as error:
            scores[score.name] = math.nan
            remarks.append(str(error))
    return scores, list(dict.fromkeys(remarks))


def score_utterances(pairs: Sequence[Pair], title: str) -> pd.DataFrame:
    """Score pairs of audio files in parallel processes, one per processor.

    A file that cannot be read, or that crashes the library of a score, costs only its own scores.

    Args:
        pairs: The paths of the original and of the resynthesis of each utterance.
        title: What the progress bar is named.

    Returns:
        One row per pair, with the scores and a ``remark`` that is empty if all are defined.
    """
    results = progress(map_processes(_score_files, pairs), title, len(pairs), "file")
    return pd.DataFrame(
        [_no_scores(f"no scores: {row}") if isinstance(row, Crashed) else row for _, row in results]
    )


def add_scores(outputs: CellOutputs, scores: pd.DataFrame, manifest: pd.DataFrame) -> CellOutputs:
    """Return the outputs of a cell with a complete table of its utterances.

    Args:
        outputs: The outputs of the cell, with the bounds of its utterances.
        scores: The scores of the same utterances in the same order.
        manifest: The manifest of the corpus.

    Returns:
        Outputs whose utterances have speaker, utterance, seconds, path, frames, the bounds, the
        means of those scores of frames that the table of all cells has, the scores and the remark.
    """
    means = {
        score.name: score.of_utterances(outputs)
        for score in SCORES.values()
        if isinstance(score, FrameScore) and score.in_table
    }
    rows = outputs.utterances.assign(**means)
    rows = rows.merge(scores.assign(path=rows["path"].to_numpy()), on="path")
    rows = manifest[["speaker", "utterance", "seconds", "path"]].merge(rows, on="path", how="right")
    return dataclasses.replace(outputs, utterances=rows)


def summarise(outputs: CellOutputs) -> Summary:
    """Return the scores of a cell by name, and how many utterances and frames they are of.

    An utterance counts as scored if it has both PESQ and STOI. A frame whose code is all zero has
    no Hoyer sparsity.

    Args:
        outputs: The outputs of the cell, with utterances that are scored.

    Returns:
        Numbers that JSON can hold, rounded to six decimals; None for what is undefined.
    """
    codes = outputs.codes
    scores = {score.name: score.of_cell(outputs) for score in SCORES.values()}
    frames = {"frames": len(codes), "frames_all_zero": int((~codes.any(axis=1)).sum())}
    values = {**scores, **_count(outputs.utterances), **frames}
    return {name: _rounded(value) for name, value in values.items()}


def summarise_speech(utterances: pd.DataFrame) -> Summary:
    """Return the scores of speech by name, where there is no cell, and how many utterances it has.

    Args:
        utterances: One row per utterance, with its scores.

    Returns:
        Numbers as `summarise` returns them.
    """
    means = {score.name: finite_mean(utterances[score.name]) for score in UTTERANCE_SCORES}
    return {name: _rounded(value) for name, value in {**means, **_count(utterances)}.items()}


def _count(utterances: pd.DataFrame) -> dict[str, int]:
    scored = np.isfinite(utterances[["pesq", "stoi"]]).all(axis=1)
    return {"utterances": len(utterances), "utterances_scored": int(scored.sum())}


def _score_files(pair: Pair) -> dict[str, float | str]:
    try:
        reference, estimate = (audio_file.read(path).samples for path in pair)
    except audio_file.AudioError as error:
        return _no_scores(f"cannot be read: {error}")
    scores, remarks = score_pair(reference, estimate, audio_file.SAMPLE_RATE)
    return {**scores, "remark": "; ".join(remarks)}


def _no_scores(remark: str) -> dict[str, float | str]:
    return {**{score.name: math.nan for score in UTTERANCE_SCORES}, "remark": remark}


def _rounded(value: float | None) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    return round(value, 6) if math.isfinite(value) else None
