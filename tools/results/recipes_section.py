"""What the page says of two recipes: that of the authors, and ours."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from sdmvae.evaluation.scores import SCORES
from tools.results.formatting import label, plain, table, told_difference
from tools.results.json_file import Cell, File
from tools.results.run_texts import describe_changes, format_epochs
from tools.results.settings_section import SDM, VAE, find_within

SHOWN = ("pesq", "hoyer")
DIFFERENCES_ONLY = ("estoi", "hoyer_above_gaussian")
WITHIN = ("pesq", "estoi", "hoyer", "hoyer_above_gaussian", "likelihood")


def recipes_table(file: File) -> str:
    """Return a table with one row per cell that both recipes have.

    Args:
        file: A comparison of runs: the base has the recipe of the authors, the first other ours.
    """
    base, other = file["base"], file["others"][0]
    header = ["cell"]
    for score in SHOWN:
        header += [f"{label(score)} published", "authors' recipe", "ours", "ours − theirs"]
    header += [f"{label(score)}, ours − theirs" for score in DIFFERENCES_ONLY]
    header += ["best epochs", "passed at epoch"]
    rows = []
    for name, differences in other["differences"].items():
        cells = [run["cells"][name] for run in (base, other)]
        row, own = [f"`{name}`"], {"differences": differences}
        for score in SHOWN:
            figures = cells[0]["published"]
            row.append(f"{figures[SCORES[score].published]:.2f}" if figures else "–")
            row += [plain(cell["scores"][score]["mean"], score) for cell in cells]
            row.append(told_difference(own, score))
        row += [told_difference(own, score) for score in DIFFERENCES_ONLY]
        row.append(" / ".join(format_epochs(cell["training"]["best"]) for cell in cells))
        row.append(format_epochs((other["passes"] or {}).get(name, [])))
        rows.append(row)
    return table(header, rows)


def describe_losses(file: File) -> str:
    """Return a sentence on the best validation losses, which have a mean over seeds.

    Args:
        file: A comparison of runs, as in `recipes_table`.
    """
    base, other = file["base"], file["others"][0]
    if other["passes"] is None:
        return "Losses are not compared, because the frames or the likelihood differ."
    lower = [
        fmean(base["cells"][name]["training"]["loss"]) - fmean(cell["training"]["loss"])
        for name, cell in other["cells"].items()
    ]
    least, most = (f"{each:.1f}".replace("-", "−") for each in (min(lower), max(lower)))
    return (
        f"Our best validation loss is lower for {sum(each > 0 for each in lower)} of {len(lower)} "
        f"cells, by {least if least == most else f'{least} to {most}'} nats per frame."
    )


def within_table(file: File) -> str:
    """Return a table of the differences between SDM-VAE and the VAE that were trained in one run.

    Only pairs of cells that both runs have are shown; without any, there is no table.

    Args:
        file: A comparison of runs, as in `recipes_table`.
    """
    runs = [file["base"], file["others"][0]]
    inner = [{pair["cell"]: pair for pair in find_within(run, SDM)} for run in runs]
    rows = [
        [
            recipe,
            f"`{cell}` − `{pairs[cell]['base']}`",
            *(told_difference(pairs[cell], score) for score in WITHIN),
        ]
        for cell in inner[0]
        if cell in inner[1]
        for recipe, pairs in zip(("the authors'", "ours"), inner, strict=True)
    ]
    return table(["recipe", "difference", *map(label, WITHIN)], rows, texts=2) if rows else ""


def describe_dims_in_use(cells: Sequence[Cell], authors: Sequence[Cell]) -> str:
    """Return a sentence on how many dimensions the VAE uses, with our recipe and the authors'.

    Args:
        cells: The cells that were trained with the default recipe.
        authors: Those that were trained with the recipe of the authors.
    """

    def show(cell: Cell) -> str:
        return plain(cell["scores"]["dims_in_use"]["mean"], "dims_in_use")

    theirs = {cell["cell"]: cell for cell in authors}
    found = [
        f"`{cell['cell']}` uses {show(cell)} dimensions with the default recipe "
        f"and {show(theirs[cell['cell']])} with the authors'"
        for cell in cells
        if cell["model"] == VAE and not cell["arguments"] and cell["cell"] in theirs
    ]
    return f"{'; '.join(found)}." if found else ""


def describe_time(bound: Mapping[str, Any]) -> str:
    """Return sentences on the time to the authors' best validation loss.

    Args:
        bound: What benchmarks/time_to_bound.py measured.
    """
    authors, ours, quotient = bound["authors"], bound["ours"], bound["quotient"]
    return (
        f"On one core, a loop like the authors' takes {authors['seconds']['median']:.0f} s "
        f"({authors['epochs']} epochs) to its best validation loss of `{bound['cell']}`, extended "
        f"from {bound['steps']} steps. Ours takes {ours['seconds']['median']:.0f} s "
        f"({ours['epochs']:g} epochs) to the same loss: {quotient['median']:.0f} times less "
        f"({quotient['least']:.0f} to {quotient['greatest']:.0f} over {bound['rounds']} rounds)."
    )


def describe_search(found: Mapping[str, Any]) -> str:
    """Return sentences on a search: the loss of our recipe, and the differences of the others.

    Args:
        found: What `recipe_search.search` returned.
    """
    own = found["base"]["loss"]
    differences = {
        describe_changes(other) + _describe_steps(other): other["loss"][0] - own[0]
        for other in sorted(found["others"], key=lambda each: float(each["loss"][0]))
    }
    listed = ", ".join(f"{name}: {_minus(f'{value:+.1f}')}" for name, value in differences.items())
    least = min(differences.values())
    spread = max(own) - min(own)
    if least >= 0:
        verdict = "None of these is better."
    elif -least <= spread:
        verdict = "None of these is better by more than seeds differ."
    else:
        verdict = "The first of these is better by more than seeds differ."
    return (
        f"`{found['cell']}` with seed {found['seeds'][0]} has a best validation loss of "
        f"{_minus(f'{own[0]:.1f}')} nats per frame with our recipe, and seeds differ by up to "
        f"{spread:.1f}. With one setting changed, the loss differs by this (less is better): "
        f"{listed}. {verdict}"
    )


def _describe_steps(other: Mapping[str, Any]) -> str:
    """Return how many steps an epoch has beside that of our recipe, if the batches differ."""
    old, new = other["changes"].get("train.batch_size", (1, 1))
    return "" if old == new else f" ({old / new:g} times the steps)"


def _minus(text: str) -> str:
    return text.replace("-", "−")
