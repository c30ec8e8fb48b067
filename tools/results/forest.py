"""A forest plot: the differences of all cells from the VAE, with their intervals."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from sdmvae.evaluation.scores import SCORES
from sdmvae.figures import palette
from tools.results import png
from tools.results.json_file import Cell

SHOWN = ("pesq", "hoyer_above_gaussian")
INCHES_PER_ROW, WIDTH = 0.26, 8.2


def draw(cells: Sequence[Cell], margins: Mapping[str, float]) -> bytes:
    """Return a PNG file with one panel per score of `SHOWN` and one row per cell.

    Args:
        cells: Cells as `cells.describe_cells` returns them; those without a VAE of the same m
            are left out.
        margins: The losses from which on quality counts as lost, by score; each is a dashed line.
    """
    rows = [cell for cell in cells if cell["differences"]]
    colours = palette.assign_colours(cell["model"] for cell in cells)
    figure = Figure(figsize=(WIDTH, 1.1 + INCHES_PER_ROW * len(rows)), layout="constrained")
    for place, (axes, score) in enumerate(
        zip(figure.subplots(1, len(SHOWN), sharey=True), SHOWN, strict=True)
    ):
        axes.axvline(0, color="black", linewidth=0.8)
        if score in margins:
            axes.axvline(-margins[score], color="black", linewidth=0.8, linestyle="--")
        for height, cell in enumerate(rows):
            found, colour = cell["differences"].get(score), colours[cell["model"]]
            if found is None:
                continue
            if found["low"] is not None:
                axes.plot([found["low"], found["high"]], [height, height], color=colour)
            marker = "o" if cell["m"] == rows[0]["m"] else "s"
            axes.plot(found["value"], height, marker, color=colour, markersize=5)
        axes.set_title(f"{SCORES[score].label}, minus the VAE's", fontsize=10)
        axes.grid(axis="x", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8)
        if place == 0:
            axes.set_yticks(range(len(rows)), [cell["cell"] for cell in rows])
            axes.invert_yaxis()
    return png.encode(figure)
