"""What the page says of the distance between our scores and the published ones."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean, stdev

import numpy as np

from sdmvae.evaluation.agreement.correlation import COLUMNS, rank_correlation, rank_interval
from tools.results.formatting import (
    correlation,
    join_words,
    label,
    plain,
    precise,
    signed,
    table,
    told_difference,
)
from tools.results.json_file import Cell, File

SPEAKERS_SHOWN = ("pesq", "estoi", "hoyer")
Pairs = Sequence[tuple[float, float]]


def published_table(ours: Sequence[Cell], authors: Sequence[Cell]) -> str:
    """Return a table of our scores minus the published ones, with either recipe.

    Only cells that were trained with both recipes count. A difference is the mean over cells, with
    the standard deviation over cells.

    Args:
        ours: The cells that were trained with the default recipe.
        authors: Those that were trained with the recipe of the authors.
    """
    header = ["our score", "published score"]
    own, theirs = keep_shared(ours, authors)
    recipes = {"authors' recipe": theirs, "our recipe": own}
    for recipe in recipes:
        header += [f"{recipe}: ours − published", "rank correlation"]
    rows = []
    for score, column in COLUMNS:
        row = [label(score), label(column)]
        for cells in recipes.values():
            pairs = find_pairs(cells, score, column)
            row += [describe_gaps(pairs, score), describe_correlation(pairs)]
        rows.append(row)
    return table(header, rows, texts=2)


def find_shared(ours: Sequence[Cell], authors: Sequence[Cell]) -> list[str]:
    """Return the names of the cells of the paper that were trained with both recipes."""
    trained = {cell["cell"] for cell in ours}
    return [cell["cell"] for cell in authors if cell["published"] and cell["cell"] in trained]


def keep_shared(ours: Sequence[Cell], authors: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Return those of our cells, and of the authors', that `find_shared` names."""
    shared = find_shared(ours, authors)
    own, theirs = ([cell for cell in cells if cell["cell"] in shared] for cells in (ours, authors))
    return own, theirs


def describe_reasons(
    authors: Sequence[Cell], speakers: File | None = None, ablation: File | None = None
) -> str:
    """Return sentences on why our scores differ from the published ones.

    Args:
        authors: The cells that were trained with the recipe of the authors; at least two are of the
            paper.
        speakers: What `other_speakers` made, with the recipe of the authors as the first pair.
        ablation: A comparison of runs, of which some have fewer training speakers.
    """
    pairs = {score: find_pairs(authors, score, score) for score in ("pesq", "hoyer")}
    gaps = join_words([f"{label(each)} {describe_gaps(own, each)}" for each, own in pairs.items()])
    sentences = [
        f"with the recipe of the authors, ours minus published is {gaps} over {len(pairs['pesq'])} "
        "cells (± is the standard deviation over cells), and the rank correlation of Hoyer is "
        f"{describe_correlation(pairs['hoyer'])}."
    ]
    if speakers:
        name, cell = next(iter(speakers["pairs"][0]["cells"].items()))
        sentences.append(
            f"On {cell['speakers'][1]} other speakers, the PESQ of the same networks of `{name}` "
            f"differs by {told_difference(cell, 'pesq')}."
        )
    if fewer := list(_describe_fewer_speakers(ablation)) if ablation else []:
        sentences.append(
            f"With fewer training speakers and our recipe, it differs by {join_words(fewer)}."
        )
    return " ".join(sentences)


def _describe_fewer_speakers(ablation: File) -> Iterator[str]:
    """Yield how the PESQ of the first cell differs in each run with fewer training speakers."""
    for other in ablation["others"]:
        if count := other["changes"].get("split.train"):
            first = {"differences": next(iter(other["differences"].values()))}
            yield f"{told_difference(first, 'pesq')} for {count[1]} in place of {count[0]}"


def speakers_table(file: File, recipes: Sequence[str]) -> str:
    """Return a table of scores of the same networks on two sets of speakers.

    Args:
        file: What `other_speakers` made.
        recipes: What the recipe of each pair of runs is called.
    """
    first = next(iter(file["pairs"][0]["cells"].values()))
    header = ["recipe", "cell", "PESQ published"]
    header += [f"PESQ, {count} speakers" for count in first["speakers"]]
    header += [f"{label(score)}, second − first" for score in SPEAKERS_SHOWN]
    rows = [
        [
            recipe,
            f"`{name}`",
            f"{cell['published']['pesq']:.2f}" if cell["published"] else "–",
            *(plain(mean, "pesq") for mean in cell["means"]["pesq"]),
            *(told_difference(cell, score) for score in SPEAKERS_SHOWN),
        ]
        for recipe, pair in zip(recipes, file["pairs"], strict=True)
        for name, cell in pair["cells"].items()
    ]
    return table(header, rows, texts=2)


def find_pairs(cells: Sequence[Cell], score: str, column: str) -> Pairs:
    """Return our score and a column of the published table, for the cells of the paper."""
    return [
        (cell["scores"][score]["mean"], cell["published"][column])
        for cell in cells
        if cell["published"]
    ]


def describe_gaps(pairs: Pairs, score: str) -> str:
    """Return the mean of our score minus the published one, and its standard deviation."""
    gaps = [own - published for own, published in pairs]
    return f"{signed(fmean(gaps), score)} ± {precise(stdev(gaps), score)}"


def show_correlation(agreement: Mapping[str, float | None], score: str) -> str:
    """Return the rank correlation that a run has for a score, and its interval."""
    return correlation(*(agreement[f"{score}_spearman{end}"] for end in ("", "_low", "_high")))


def describe_correlation(pairs: Pairs) -> str:
    """Return Spearman's rank correlation of our score with the published one, and its interval."""
    spearman = rank_correlation(*np.array(pairs, dtype=float).T)
    interval = None if spearman is None else rank_interval(spearman, len(pairs))
    return correlation(spearman, *(interval or (None, None)))
