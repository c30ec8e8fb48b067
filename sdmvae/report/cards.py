"""The cards of the summary: the best cell, and the sparsest cells."""

import math
from collections.abc import Mapping

from sdmvae.evaluation.scores import SCORES
from sdmvae.report.comparison import Comparison
from sdmvae.report.formatting import format_figure

SPARSITY = "hoyer_above_gaussian"


def build_cards(comparisons: Mapping[str, Comparison]) -> list[dict[str, str]]:
    """Return a card for the best cell, the sparsest one close to it, and the sparsest of all.

    The best cell is the one with the best PESQ, and sparsity is Hoyer above Gaussian. A card has a
    `title`, a `cell`, its `figures` and a `text` that explains why it was chosen.
    """
    quality, sparsity = comparisons["pesq"], comparisons[SPARSITY]
    best, sparsest = quality.best, sparsity.best
    if best is None:
        return []
    cards = [_build_card("Best quality", best, comparisons, _explain_best(quality, best))]
    if math.isfinite(quality.interval(best).half):
        close = {
            cell: mean
            for cell in (best, *quality.close_to_best)
            if (mean := sparsity.means[cell]) is not None
        }
        if close:
            cell = max(close, key=close.__getitem__)
            text = _explain_sparsest_close_to_best(quality, cell, best)
            title = "Sparsest without a clear loss of quality"
            cards.append(_build_card(title, cell, comparisons, text))
    if sparsest is not None:
        text = _explain_cost(quality, sparsest, best)
        cards.append(_build_card("Sparsest of all", sparsest, comparisons, text))
    return cards


def _build_card(
    title: str, cell: str, comparisons: Mapping[str, Comparison], text: str
) -> dict[str, str]:
    def figure(name: str) -> str:
        interval = comparisons[name].interval(cell)
        text = format_figure(interval.mean, interval.half, SCORES[name].digits)
        return f"{SCORES[name].label} {text}"

    figures = ", ".join(map(figure, ("pesq", SPARSITY, "hoyer")))
    return {"title": title, "cell": cell, "figures": figures, "text": text}


def _explain_best(quality: Comparison, best: str) -> str:
    if not math.isfinite(quality.interval(best).half):
        return (
            "This cell has the highest mean PESQ. With one test speaker, no difference from other "
            "cells can be called clear."
        )
    if quality.close_to_best:
        return f"There is no clear difference in PESQ from {', '.join(quality.close_to_best)}."
    if len(quality.means) == 1:
        return "There is no other cell."
    if not quality.best_is_clear:
        return (
            "This cell has the highest mean PESQ. Some other cells have too few scores to be "
            "compared with it."
        )
    return "Its PESQ is clearly higher than that of every other cell on the same utterances."


def _explain_sparsest_close_to_best(quality: Comparison, cell: str, best: str) -> str:
    if cell == best:
        return (
            "This is also the cell with the best PESQ. No cell with a sparser code is close to it "
            "in PESQ."
        )
    difference = quality.difference(cell, best)
    return (
        "This cell has the sparsest code among those without a clear difference in PESQ from "
        f"{best}. Its difference from {best} is "
        f"{format_figure(difference.mean, difference.half)}."
    )


def _explain_cost(quality: Comparison, cell: str, best: str) -> str:
    if cell == best:
        return "This cell also has the best PESQ."
    if quality.means[cell] is None:
        return "This cell has no PESQ score."
    difference = quality.difference(cell, best)
    half = difference.half
    if math.isfinite(half) and quality.improvement(cell, best).mean + half < 0:
        text = format_figure(abs(difference.mean), half)
        return f"Its PESQ is {text} lower than that of {best}, which is a clear loss."
    differs = f"Its PESQ differs from that of {best} by {format_figure(difference.mean, half)}"
    if difference.contains_zero:
        return f"{differs}, which may be due to chance."
    return f"{differs}." if math.isfinite(half) else f"{differs}; this difference has no interval."
