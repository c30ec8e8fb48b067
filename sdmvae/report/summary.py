"""Section of the page: what a run shows, in sentences that its intervals support."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.report import cautions, variants
from sdmvae.report.comparison import Comparison
from sdmvae.report.formatting import format_figure

NO_CLEAR_DIFFERENCE, NO_INTERVAL = "no clear difference", "no interval"


def build_section(results: Results, comparisons: Mapping[str, Comparison]) -> dict[str, Any]:
    """Return what summary.html shows: cards, differences from the baseline, cautions, variants.

    Args:
        results: The outputs of the run.
        comparisons: What `comparison.compare` returns for them.
    """
    descriptions = variants.describe_variants(results)
    by_name = {description["variant"]: description for description in descriptions}
    by_cell = {
        cell["cell"]: by_name[variants.find_variant(results, cell)] for cell in results.cells
    }
    test = results.manifest[results.manifest["split"] == "test"]
    return {
        "cards": [{**card, "variant": by_cell[card["cell"]]} for card in build_cards(comparisons)],
        "against": compare_with_baseline(results.cells, comparisons),
        "cautions": cautions.list_sentences(results),
        "variants": descriptions,
        "synthetic": results.settings.corpus.name == "synthetic",
        "corpus": results.settings.corpus.name,
        "speakers": test["speaker"].nunique(),
        "utterances": int(max(cell["utterances"] for cell in results.cells)),
    }


def build_cards(comparisons: Mapping[str, Comparison]) -> list[dict[str, str]]:
    """Return a card for the best cell, the sparsest one close to it, and the sparsest of all.

    The best cell is the one with the best PESQ, and sparsity is Hoyer sparsity. A card has a
    `title`, a `cell`, its `figures` and a `text` that explains why it was chosen.
    """
    quality, sparsity = comparisons["pesq"], comparisons["hoyer"]
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


def compare_with_baseline(
    cells: Iterable[Mapping[str, Any]], comparisons: Mapping[str, Comparison]
) -> list[dict[str, Any]]:
    """Compare every cell with the baseline of the same latent dimension, where there is one.

    The baseline is the first cell whose model says of itself that it is one. Differences are
    paired by utterance. A score is called better or worse only if the interval of its difference
    does not contain zero.
    """
    cells = list(cells)
    baselines = {
        model: variants.find_model(model).is_baseline for model in {cell["model"] for cell in cells}
    }
    found = []
    for m in sorted({cell["m"] for cell in cells}):
        same_m = [cell for cell in cells if cell["m"] == m]
        base = next((cell["cell"] for cell in same_m if baselines[cell["model"]]), None)
        if base is None or len(same_m) == 1:
            continue
        rows = [
            _compare_cell(comparisons, cell["cell"], base)
            for cell in same_m
            if cell["cell"] != base
        ]
        found.append({"m": m, "base": base, "groups": group_cells(rows), "rows": rows})
    return found


def group_cells(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Group cells by how their sparsity and quality differ, the most welcome outcome first."""
    quality = {
        "better": "better PESQ",
        NO_CLEAR_DIFFERENCE: f"{NO_CLEAR_DIFFERENCE} in PESQ",
        "worse": "worse PESQ",
    }
    groups: dict[str, list[str]] = {
        f"{sparsity}, {text}": []
        for sparsity in ("sparser", "not sparser")
        for text in quality.values()
    }
    for row in rows:
        if row["quality"]["word"] in quality and row["sparsity"]["word"] != NO_INTERVAL:
            sparsity = "sparser" if row["sparsity"]["word"] == "sparser" else "not sparser"
            groups[f"{sparsity}, {quality[row['quality']['word']]}"].append(row["cell"])
    return {label: cells for label, cells in groups.items() if cells}


def describe_difference(
    comparison: Comparison, cell: str, other: str, better: str, worse: str
) -> dict[str, str]:
    """Describe how a score of `cell` differs from that of `other`.

    Args:
        comparison: The score.
        cell: The name of the cell.
        other: The name of the cell that it is compared with.
        better: The word for a clear improvement.
        worse: The word for a clear loss.

    Returns:
        The difference as `text`, the `word` for it, and its `kind`: "up" for a clear improvement,
        "down" for a clear loss, "level" otherwise.
    """
    difference = comparison.difference(cell, other)
    if not math.isfinite(difference.mean) or None in (
        comparison.means[cell],
        comparison.means[other],
    ):
        return {"text": "–", "word": "", "kind": "level"}
    text = format_figure(difference.mean, difference.half, signed=True)
    if not math.isfinite(difference.half):
        return {"text": text, "word": NO_INTERVAL, "kind": "level"}
    if difference.contains_zero:
        return {"text": text, "word": NO_CLEAR_DIFFERENCE, "kind": "level"}
    if comparison.improvement(cell, other).mean > 0:
        return {"text": text, "word": better, "kind": "up"}
    return {"text": text, "word": worse, "kind": "down"}


def _compare_cell(comparisons: Mapping[str, Comparison], cell: str, base: str) -> dict[str, Any]:
    words = ("sparser", "less sparse")
    normalised = comparisons["hoyer_normalised"]
    return {
        "cell": cell,
        "quality": describe_difference(comparisons["pesq"], cell, base, "better", "worse"),
        "sparsity": describe_difference(comparisons["hoyer"], cell, base, *words),
        "normalised": describe_difference(normalised, cell, base, *words),
    }


def _build_card(
    title: str, cell: str, comparisons: Mapping[str, Comparison], text: str
) -> dict[str, str]:
    def figure(name: str) -> str:
        interval = comparisons[name].interval(cell)
        return format_figure(interval.mean, interval.half)

    figures = (
        f"PESQ {figure('pesq')}, Hoyer {figure('hoyer')} (normalised {figure('hoyer_normalised')})"
    )
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
        "This cell has the highest Hoyer sparsity among those without a clear difference in PESQ "
        f"from {best}. Its difference from {best} is "
        f"{format_figure(difference.mean, difference.half)}."
    )


def _explain_cost(quality: Comparison, cell: str, best: str) -> str:
    if cell == best:
        return "This cell also has the best PESQ."
    if quality.means[cell] is None:
        return "This cell has no PESQ score."
    difference = quality.difference(cell, best)
    differs = (
        f"Its PESQ differs from that of {best} by {format_figure(difference.mean, difference.half)}"
    )
    if not math.isfinite(difference.half):
        return f"{differs}; this difference has no interval."
    if difference.contains_zero:
        return f"{differs}, which may be due to chance."
    if quality.improvement(cell, best).mean < 0:
        return f"{differs}, which is a clear loss."
    return f"{differs}."
