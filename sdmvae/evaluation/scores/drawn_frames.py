"""Scores of frames that are drawn from a prior, which `resynthesize` compares with speech."""

from collections.abc import Callable

from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores.base import CellScore


def _distance(prior: str, frames: str) -> Callable[[CellOutputs], float | None]:
    return lambda outputs: outputs.energy_distances.get(prior, {}).get(frames)


SCORES = (
    CellScore(
        name="energy_distance_fitted",
        label="Energy distance",
        description="This is the energy distance, from 0 to 1, between test frames and frames that "
        "the model draws under the mixture that is fitted after training.",
        better="lower",
        digits=3,
        in_table=True,
        compute=_distance("fitted", "test"),
    ),
    CellScore(
        name="energy_distance_prior",
        label="Energy distance, own prior",
        description="This is the energy distance between test frames and frames that the model "
        "draws under the prior of its training, if that is fixed before a frame is seen.",
        better="lower",
        digits=3,
        in_table=True,
        compute=_distance("prior", "test"),
    ),
    CellScore(
        name="energy_distance_fitted_training",
        label="Energy distance from training",
        description="This is the energy distance between training frames and frames that the model "
        "draws under the mixture that is fitted after training.",
        better="lower",
        digits=3,
        in_table=False,
        compute=_distance("fitted", "training"),
    ),
    CellScore(
        name="energy_distance_prior_training",
        label="Energy distance from training, own prior",
        description="This is the energy distance between training frames and frames that the model "
        "draws under the prior of its training, if that is fixed before a frame is seen.",
        better="lower",
        digits=3,
        in_table=False,
        compute=_distance("prior", "training"),
    ),
)
