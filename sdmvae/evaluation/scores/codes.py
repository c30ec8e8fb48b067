"""Scores of how sparse the codes of a cell are.

Sparsity of a code as it is depends on the scales of its dimensions, which a prior with learnable
variances leaves open. So the scores to believe are of normalised codes, in which each dimension is
divided by its standard deviation.
"""

import numpy as np

from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores.base import FrameScore
from sdmvae.nn.sparsity import divide_by_deviation, hoyer, hoyer_above_gaussian, norm_ratio


def gini(codes: np.ndarray) -> np.ndarray:
    """Return the Gini index of the magnitudes of each code (Hurley and Rickard 2009).

    With the magnitudes c_1 <= ... <= c_D it is 1 - 2 sum_k c_k / |c|_1 (D - k + 1/2) / D. It is 0
    if all dimensions are equally large, and 1 - 1 / D if only one is not zero.

    Args:
        codes: One code per row, shape (T, D).

    Returns:
        The index of each row, shape (T,); NaN for a row of zeros.
    """
    dims = codes.shape[1]
    magnitudes = np.sort(np.abs(codes.astype(np.float64)), axis=1)
    weights = (dims - np.arange(1, dims + 1) + 0.5) / dims
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - 2 * (magnitudes @ weights) / magnitudes.sum(axis=1))


def _hoyer(outputs: CellOutputs) -> np.ndarray:
    return hoyer(outputs.codes)


def _hoyer_normalised(outputs: CellOutputs) -> np.ndarray:
    return hoyer(divide_by_deviation(outputs.codes))


def _hoyer_above_gaussian(outputs: CellOutputs) -> np.ndarray:
    return hoyer_above_gaussian(outputs.codes)


def _effective_dims(outputs: CellOutputs) -> np.ndarray:
    return norm_ratio(divide_by_deviation(outputs.codes)) ** 2


def _gini(outputs: CellOutputs) -> np.ndarray:
    return gini(divide_by_deviation(outputs.codes))


def _hoyer_of_ratios(outputs: CellOutputs) -> np.ndarray | None:
    return None if outputs.signal_to_noise is None else hoyer(outputs.signal_to_noise)


def _hoyer_hard(outputs: CellOutputs) -> np.ndarray | None:
    return None if outputs.hard_codes is None else hoyer(outputs.hard_codes)


SCORES = (
    FrameScore(
        name="hoyer_above_gaussian",
        label="Hoyer above Gaussian",
        description="This is how much higher the Hoyer sparsity is than that of independent "
        "Gaussian numbers, after each dimension of the code is divided by its standard deviation.",
        better="higher",
        digits=3,
        in_table=True,
        compute=_hoyer_above_gaussian,
    ),
    FrameScore(
        name="effective_dims",
        label="Effective dimensions",
        description="The squared ratio of |c|_1 to |c|_2 of a frame's normalised code c is 1 if "
        "only one dimension is not zero, and the number of dimensions if all are equally large.",
        better="lower",
        digits=1,
        in_table=True,
        compute=_effective_dims,
    ),
    FrameScore(
        name="hoyer",
        label="Hoyer",
        description="Hoyer sparsity is 0 if all dimensions of a frame's code are equally large, "
        "and 1 if only one dimension is not zero.",
        better="higher",
        in_table=True,
        published="hoyer",
        per="utterance",
        compute=_hoyer,
    ),
    FrameScore(
        name="hoyer_frames",
        label="Hoyer over frames",
        description="This is the Hoyer sparsity as a mean over all frames, where long utterances "
        "count more.",
        better="higher",
        compute=_hoyer,
    ),
    FrameScore(
        name="hoyer_normalised",
        label="Hoyer normalised",
        description="This is the Hoyer sparsity after each dimension is divided by its standard "
        "deviation.",
        better="higher",
        compute=_hoyer_normalised,
    ),
    FrameScore(
        name="hoyer_of_ratios",
        label="Hoyer of μ/σ",
        description="This is the Hoyer sparsity of the posterior mean divided by the posterior "
        "deviation, dimension by dimension.",
        better="higher",
        compute=_hoyer_of_ratios,
    ),
    FrameScore(
        name="hoyer_hard",
        label="Hoyer of hard codes",
        description="This is the Hoyer sparsity of a second code of the model, which has exact "
        "zeros.",
        better="higher",
        compute=_hoyer_hard,
    ),
    FrameScore(
        name="gini",
        label="Gini",
        description="The Gini index of a frame's normalised code is 0 if all dimensions are "
        "equally large, and close to 1 if only one is not zero.",
        better="higher",
        compute=_gini,
    ),
)
