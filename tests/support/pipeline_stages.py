"""Names of the stages of the small project."""

from collections.abc import Iterable

# The recordings are watched by a link, which does not travel to another machine.
LINK_STAGES = {"source", "recordings"}
# The stages that run again when the scores of a cell change, and when its codes do.
OF_SCORES = {"tabulate", "agreement", "plots", "report"}
LAST = OF_SCORES | {"stability", "tabulate_probes"}
OF_A_TRAINING = ("train", "resynthesize", "score", "probe")


def cell_stages(
    variants: Iterable[str],
    labels: Iterable[str] = ("m4", "m8"),
    stages: Iterable[str] = (*OF_A_TRAINING, "summarise"),
    seeds: Iterable[int] = (0,),
) -> set[str]:
    """Return the names of the stages of the cells of some variants."""
    cells = [f"{variant}-{label}" for variant in variants for label in labels]
    trainings = [f"{cell}-{seed}" for cell in cells for seed in seeds]
    return {
        f"{stage}@{owner}"
        for stage in stages
        for owner in (trainings if stage in OF_A_TRAINING else cells)
    }
