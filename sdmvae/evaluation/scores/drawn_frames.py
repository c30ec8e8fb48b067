"""Scores of frames that are drawn from a prior, which `resynthesize` compares with test frames."""

from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores.base import CellScore


def _fitted(outputs: CellOutputs) -> float | None:
    return outputs.energy_distances.get("fitted")


def _prior(outputs: CellOutputs) -> float | None:
    return outputs.energy_distances.get("prior")


SCORES = (
    CellScore(
        name="energy_distance_fitted",
        label="Energy distance",
        description="This is the energy distance, from 0 to 1, between test frames and frames that "
        "the model draws under the mixture that is fitted after training.",
        better="lower",
        digits=3,
        in_table=True,
        compute=_fitted,
    ),
    CellScore(
        name="energy_distance_prior",
        label="Energy distance, own prior",
        description="This is the energy distance between test frames and frames that the model "
        "draws under the prior of its training, if that is fixed before a frame is seen.",
        better="lower",
        digits=3,
        in_table=True,
        compute=_prior,
    ),
)
