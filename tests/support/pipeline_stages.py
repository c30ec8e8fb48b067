"""Names of the stages of the small project."""

from collections.abc import Iterable

# The stages that run again when a cell changes.
LAST = {"tabulate", "plots", "report"}


def cell_stages(
    variants: Iterable[str],
    labels: Iterable[str] = ("m4", "m8"),
    stages: Iterable[str] = ("train", "resynthesize", "score"),
) -> set[str]:
    """Return the names of the stages of the cells of some variants."""
    return {
        f"{stage}@{variant}-{label}" for stage in stages for variant in variants for label in labels
    }
