"""Scores of frames that are drawn from a prior, which `resynthesize` compares with speech."""

from collections.abc import Callable

from sdmvae.evaluation.outputs import CellOutputs
from sdmvae.evaluation.scores.base import CellScore

PRIORS = {
    "fitted": "the mixture that is fitted after training",
    "prior": "the prior of its training, if that is fixed before a frame is seen",
}
LABELS = {"fitted": "", "prior": ", own prior"}


def _distance(prior: str, frames: str) -> Callable[[CellOutputs], float | None]:
    return lambda outputs: outputs.energy_distances.get(prior, {}).get(frames)


def _score(prior: str, frames: str) -> CellScore:
    in_table = frames == "test"
    return CellScore(
        name=f"energy_distance_{prior}{'' if in_table else '_training'}",
        label=f"Energy distance{'' if in_table else ' from training'}{LABELS[prior]}",
        description=f"This is the energy distance, from 0 to 1, between {frames} frames and frames "
        f"that the model draws under {PRIORS[prior]}.",
        better="lower",
        digits=3,
        in_table=in_table,
        compute=_distance(prior, frames),
    )


SCORES = tuple(_score(prior, frames) for frames in ("test", "training") for prior in PRIORS)
