"""What the page says of the cell that is farthest from the published table in a score."""

from collections.abc import Mapping, Sequence
from statistics import median

from tools.results.formatting import join_words, label, plain, signed
from tools.results.json_file import Cell
from tools.results.published_section import (
    describe_correlation,
    describe_gaps,
    find_pairs,
    keep_shared,
)

SCORE = "hoyer"


def describe_farthest(ours: Sequence[Cell], authors: Sequence[Cell]) -> str:
    """Return sentences on the cell that is farthest, and on the other cells without it.

    Args:
        ours: The cells that were trained with the default recipe.
        authors: Those that were trained with the recipe of the authors.

    Returns:
        The sentences; nothing if it is not the same cell with both recipes.
    """
    recipes = _find_recipes(ours, authors)
    name = find_farthest(recipes)
    if name is None:
        return ""
    own, others = [], []
    for recipe, cells in recipes.items():
        rest = find_pairs([cell for cell in cells if cell["cell"] != name], SCORE, SCORE)
        own.append(f"{signed(_find_gap(_pick(cells, name)), SCORE)} with {recipe}")
        others.append(
            f"{describe_gaps(rest, SCORE)} with {recipe} (rank correlation "
            f"{describe_correlation(rest)})"
        )
    return (
        f"In {label(SCORE)}, `{name}` is farthest from the others with both recipes: ours minus "
        f"published is {join_words(own)}. Over the other cells it is {join_words(others)}. "
        f"{_describe_ranks(recipes, name)}"
    )


def name_farthest(ours: Sequence[Cell], authors: Sequence[Cell]) -> str:
    """Return a sentence that names the cell, with its scores; nothing as in `describe_farthest`."""
    recipes = _find_recipes(ours, authors)
    name = find_farthest(recipes)
    if name is None:
        return ""
    cells = {recipe: _pick(cells, name) for recipe, cells in recipes.items()}
    found = [f"{plain(_score(cell), SCORE)} with {recipe}" for recipe, cell in cells.items()]
    published = plain(next(iter(cells.values()))["published"][SCORE], SCORE)
    return (
        f"The published {label(SCORE)} of `{name}` fits least with either recipe: "
        f"it is {published}, and here it is {join_words(found)}."
    )


def find_farthest(recipes: Mapping[str, Sequence[Cell]]) -> str | None:
    """Return the cell whose difference from the published score is farthest from the median.

    Args:
        recipes: The cells of the paper that were trained with each recipe.

    Returns:
        Its name; None if there are fewer than three cells, or if it is not the same with each
        recipe.
    """
    names = set()
    for cells in recipes.values():
        gaps = {cell["cell"]: _find_gap(cell) for cell in cells}
        if len(gaps) < 3:
            return None
        middle = median(gaps.values())
        names.add(max(gaps, key=lambda name: abs(gaps[name] - middle)))
    return names.pop() if len(names) == 1 else None


def _find_recipes(ours: Sequence[Cell], authors: Sequence[Cell]) -> dict[str, list[Cell]]:
    """Return the cells of the paper that were trained with both recipes, by recipe."""
    own, theirs = keep_shared(ours, authors)
    return {"the authors' recipe": theirs, "ours": own}


def _describe_ranks(recipes: Mapping[str, Sequence[Cell]], name: str) -> str:
    """Return a sentence on the rank of a cell among those of the same m, the highest first."""
    m = _pick(next(iter(recipes.values())), name)["m"]
    peers = {recipe: [cell for cell in own if cell["m"] == m] for recipe, own in recipes.items()}
    known = next(iter(peers.values()))
    published = _find_rank([(cell["cell"], cell["published"][SCORE]) for cell in known], name)
    ranks = [
        f"number {_find_rank([(cell['cell'], _score(cell)) for cell in own], name)} with {recipe}"
        for recipe, own in peers.items()
    ]
    return (
        f"From the highest to the lowest, it is number {published} of the {len(known)} cells with "
        f"m = {m} in the paper, {join_words(ranks)}."
    )


def _find_rank(scores: Sequence[tuple[str, float]], name: str) -> int:
    """Return how many scores are higher than that of a cell, and one more."""
    own = dict(scores)[name]
    return 1 + sum(score > own for _, score in scores)


def _pick(cells: Sequence[Cell], name: str) -> Cell:
    return next(cell for cell in cells if cell["cell"] == name)


def _find_gap(cell: Cell) -> float:
    return _score(cell) - float(cell["published"][SCORE])


def _score(cell: Cell) -> float:
    return float(cell["scores"][SCORE]["mean"])
