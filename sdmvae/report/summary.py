"""Section of the page: what a run shows, in sentences that its intervals support."""

from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.report import cautions, variants
from sdmvae.report.baseline import compare_with_baseline
from sdmvae.report.cards import build_cards
from sdmvae.report.comparison import Comparison


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
        "corpus": results.settings.corpus.name,
        "speakers": test["speaker"].nunique(),
        "utterances": int(max(cell["utterances"] for cell in results.cells)),
    }
