"""Section of the page: what a run shows, with verdicts where seeds and speakers allow them."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics.estimates import FEWEST_SEEDS, Scope
from sdmvae.report import cautions, variants
from sdmvae.report.baseline import compare_with_baseline, describe_columns
from sdmvae.report.cards import build_cards
from sdmvae.report.comparison import Comparison, find_scope


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
    scope = find_scope(comparisons)
    return {
        "cards": [
            {**dataclasses.asdict(card), "variants": [by_cell[cell] for cell in card.cells]}
            for card in build_cards(comparisons)
        ],
        "note": cautions.explain_no_verdicts(results),
        "against": compare_with_baseline(results.cells, comparisons),
        "columns": describe_columns(comparisons),
        "intervals": describe_intervals(scope, len(results.settings.train.seeds)),
        "margins": describe_margins(comparisons),
        "cautions": cautions.list_sentences(results),
        "variants": descriptions,
        "corpus": results.settings.corpus.name,
        "speakers": test["speaker"].nunique(),
        "utterances": int(max(cell["utterances"] for cell in results.cells)),
    }


def describe_intervals(scope: Scope, seeds: int) -> str:
    """Return what the intervals cover, and whether there are too few seeds for verdicts."""
    if scope is Scope.NOTHING:
        return scope
    text = f"intervals that cover {scope.replace(', ', ' and ')}"
    if scope is Scope.METHODS and seeds < FEWEST_SEEDS:
        text += f", but {seeds} seeds are too few for verdicts"
    return text


def describe_margins(comparisons: Mapping[str, Comparison]) -> str:
    """Return the scores with a margin, such as "PESQ within 0.1 and ESTOI within 0.01"."""
    return " and ".join(
        f"{SCORES[name].label} within {comparison.margin:g}"
        for name, comparison in comparisons.items()
        if comparison.margin is not None
    )
