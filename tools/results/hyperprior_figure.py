"""Scores of SDM-VAE by hyperprior: from the prior without tuning to that of the VAE."""

import itertools
from collections.abc import Sequence

from matplotlib.figure import Figure

from sdmvae.evaluation.scores import SCORES
from sdmvae.figures import palette
from tools.results import png
from tools.results.json_file import Cell

SHOWN = ("pesq", "hoyer_above_gaussian", "dims_in_use")
ENDS = ("SDM-VAE\nnothing to tune", "VAE\nfixed Gaussian")
WIDTH, HEIGHT = 8.2, 6.2


def draw(cells: Sequence[Cell], hyperpriors: Sequence[Cell]) -> bytes:
    """Return a PNG file with one panel per score of `SHOWN` and one place per cell.

    A bar is the standard deviation over seeds. Cells of one shape stand on a grey ground if they
    differ in the rate.

    Args:
        cells: Cells as `cells.describe_cells` returns them.
        hyperpriors: What `hyperpriors.describe` returns, from left to right.
    """
    by_name = {cell["cell"]: cell for cell in cells}
    colours = palette.assign_colours(cell["model"] for cell in cells)
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    panels = figure.subplots(len(SHOWN), 1, sharex=True)
    for axes, score in zip(panels, SHOWN, strict=True):
        for left, right in find_spans(hyperpriors):
            axes.axvspan(left - 0.45, right + 0.45, color="#f0f0f0", zorder=0)
        for place, each in enumerate(hyperpriors):
            cell = by_name[each["cell"]]
            if (found := cell["scores"].get(score)) is None:
                continue
            colour = colours[cell["model"]]
            axes.errorbar(place, found["mean"], found["sd"], fmt="o", color=colour, capsize=3)
        axes.set_ylabel(SCORES[score].label, fontsize=9)
        axes.grid(axis="y", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8)
    panels[-1].set_xticks(range(len(hyperpriors)), label_places(hyperpriors))
    panels[-1].set_xlabel("hyperprior: shape a and rate b", fontsize=9)
    return png.encode(figure)


def label_places(hyperpriors: Sequence[Cell]) -> list[str]:
    """Return what is written below each place."""
    inner = [f"a = {each['shape']:g}\nb = {each['rate']:g}" for each in hyperpriors[1:-1]]
    return [ENDS[0], *(text.replace("-", "−") for text in inner), ENDS[1]]


def find_spans(hyperpriors: Sequence[Cell]) -> list[tuple[int, int]]:
    """Return the first and the last place of each shape that has several rates."""
    places = enumerate(each["shape"] for each in hyperpriors)
    spans = []
    for shape, group in itertools.groupby(places, key=lambda place: place[1]):
        numbers = [number for number, _ in group]
        if shape is not None and len(numbers) > 1:
            spans.append((numbers[0], numbers[-1]))
    return spans
