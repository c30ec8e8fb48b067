"""The cards of the summary: the cells with the best quality, and the sparsest one that keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics.findings import Difference
from sdmvae.report.baseline import SPARSITY, SPARSITY_WORDS
from sdmvae.report.comparison import Comparison, keeps_quality
from sdmvae.report.formatting import format_figure

FIGURES = ("pesq", SPARSITY, "hoyer")


@dataclass(frozen=True)
class Card:
    """One card.

    Attributes:
        titles: What its cells stand out for.
        cells: The figures of each cell as text, by its name.
        texts: Sentences that explain the choice.
    """

    titles: Sequence[str]
    cells: Mapping[str, str]
    texts: Sequence[str]


def build_cards(comparisons: Mapping[str, Comparison]) -> list[Card]:
    """Return the cards of a run; none if no cell has PESQ.

    With verdicts there is a card for the cells that are not worse than the best in PESQ, and one
    for the sparsest cell among those that keep the quality of their baseline. Otherwise there is a
    card for the highest mean of PESQ, and one for that of Hoyer above Gaussian. Two cards that have
    a cell in common are joined.
    """
    quality, sparsity = comparisons["pesq"], comparisons[SPARSITY]
    if quality.highest is None:
        return []
    if quality.best:
        cards = [_show_best(comparisons), _show_sparsest(comparisons)]
    else:
        cards = [
            _build_card(f"Highest mean {SCORES[score].label}", [cell], [], comparisons)
            for score, cell in (("pesq", quality.highest), (SPARSITY, sparsity.highest))
            if cell is not None
        ]
    return join_cards([card for card in cards if card is not None])


def join_cards(cards: Sequence[Card]) -> list[Card]:
    """Return cards of which no two have a cell in common, by joining those that do."""
    joined: list[Card] = []
    for card in cards:
        common = [each for each in joined if each.cells.keys() & card.cells.keys()]
        for each in common:
            joined.remove(each)
            card = Card(
                [*each.titles, *card.titles],
                {**each.cells, **card.cells},
                [*each.texts, *card.texts],
            )
        joined.append(card)
    return joined


def find_sparsest(comparisons: Mapping[str, Comparison]) -> str | None:
    """Return the cell with the highest mean Hoyer above Gaussian that keeps the quality."""
    means = {
        cell: mean
        for cell, mean in comparisons[SPARSITY].means.items()
        if mean is not None and keeps_quality(comparisons, cell)
    }
    return max(means, key=means.__getitem__, default=None)


def _build_card(
    title: str,
    cells: Sequence[str],
    texts: Sequence[str],
    comparisons: Mapping[str, Comparison],
) -> Card:
    return Card([title], {cell: _write_figures(cell, comparisons) for cell in cells}, texts)


def _write_figures(cell: str, comparisons: Mapping[str, Comparison]) -> str:
    figures = []
    for name in FIGURES:
        mean = comparisons[name].means[cell]
        half = comparisons[name].half_width(cell)
        text = "–" if mean is None else format_figure(mean, half, SCORES[name].digits)
        figures.append(f"{SCORES[name].label} {text}")
    return ", ".join(figures)


def _show_best(comparisons: Mapping[str, Comparison]) -> Card:
    quality = comparisons["pesq"]
    error = f"is at most {100 * quality.error:g} %"
    if len(quality.best) == 1:
        text = f"All other cells with PESQ are worse. The probability that this is wrong {error}."
    else:
        text = (
            "Each of these cells may be the best, which does not mean that they are equal. The "
            f"probability that the truly best cell is missing here {error}."
        )
    return _build_card("Not worse than the best in PESQ", quality.best, [text], comparisons)


def _show_sparsest(comparisons: Mapping[str, Comparison]) -> Card | None:
    cell = find_sparsest(comparisons)
    if cell is None:
        return None
    text = (
        f"Of the cells that keep the quality of the VAE with the same m, {cell} has the highest "
        "mean Hoyer above Gaussian."
    )
    finding = comparisons[SPARSITY].differences.get(cell)
    if finding is not None and finding.verdict is Difference.NOT_TOLD_APART:
        text += f" In sparsity it is {finding.verdict} from the VAE."
    elif finding is not None and finding.verdict is not None:
        text += f" It is {SPARSITY_WORDS[finding.verdict]} than the VAE."
    return _build_card("Sparsest that keeps the quality", [cell], [text], comparisons)
