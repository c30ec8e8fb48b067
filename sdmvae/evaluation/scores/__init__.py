"""All scores. A score is declared once, beside the function that computes it.

Every module of this folder except ``base`` has a tuple ``SCORES`` of declarations. To add a score,
add a declaration to one of these tuples, or add a module with a tuple of its own. The metrics, the
table, the plots and the report follow from the declarations.
"""

import importlib
import pkgutil

from sdmvae.evaluation.scores.base import Score

__all__ = ["SCORES", "Score"]

# Metrics are written in this order; other modules follow in the order of their names.
_FIRST = ("speech", "spectra", "codes", "dimensions", "bounds", "drawn_frames")


def _collect() -> dict[str, Score]:
    """Return the declarations of all modules by name."""
    found = {module.name for module in pkgutil.iter_modules(__path__)} - {"base"}
    scores: dict[str, Score] = {}
    for module in (*_FIRST, *sorted(found.difference(_FIRST))):
        for score in importlib.import_module(f"{__name__}.{module}").SCORES:
            if score.name in scores:
                raise ValueError(f"scores/{module}.py: {score.name}: this name is already taken")
            scores[score.name] = score
    return scores


SCORES: dict[str, Score] = _collect()
