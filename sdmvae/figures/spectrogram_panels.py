"""Figures of one utterance: its spectrogram, that of a resynthesis, and their difference."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from matplotlib import rc_context, rcParamsDefault
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colorbar import Colorbar
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

from sdmvae.figures import spectrograms
from sdmvae.figures.spectrograms import DIFFERENCE, LEVEL, Scale

DPI, WIDTH, HEIGHT = 100, 6.4, 6.2  # width and height in inches
# Where the three panels lie, as fractions of the figure's width or height.
LEFT, RIGHT, TOPS, PANEL_HEIGHT = 0.09, 0.86, (0.925, 0.62, 0.315), 0.235


def draw_spectrograms(
    original: np.ndarray,
    resyntheses: Iterable[tuple[str, np.ndarray]],
    *,
    rate: int,
    window: int,
    hop: int,
) -> Iterator[bytes]:
    """Draw a figure with three panels for each resynthesis of an utterance.

    The axes and colour bars, which all figures have in common, are drawn only once.

    Args:
        original: The samples of the utterance, shape (n,).
        resyntheses: For each figure its title and the samples of the resynthesis, shape (n,).
        rate: Samples per second.
        window: The length of a frame in samples.
        hop: The step from one frame to the next in samples.

    Yields:
        The figure as a PNG. Levels are in dB below the peak of the original; differences are
        resynthesis minus original, in dB. Levels below -70 dB count as -70 dB.
    """
    power = spectrograms.compute_power(original, window=window, hop=hop)
    peak = float(power.max())
    level = _level(power, peak)
    with rc_context(rcParamsDefault):  # a user's matplotlibrc must not change the figures
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        canvas: Any = FigureCanvasAgg(figure)  # the stubs of Matplotlib leave out its methods
        extent = (0.0, len(original) / rate, 0.0, rate / 2000)
        names = ("original", "resynthesis", "resynthesis − original")
        images = [
            _draw_panel(figure, name, top, scale, extent)
            for name, top, scale in zip(names, TOPS, (LEVEL, LEVEL, DIFFERENCE), strict=True)
        ]
        images[-1].axes.set_xlabel("time (s)", size=8)
        title = figure.text(LEFT, 0.982, "", size=11, weight="bold", va="center", animated=True)
        canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    for text, samples in resyntheses:
        power = spectrograms.compute_power(samples, window=window, hop=hop)
        resynthesis_level = _level(power, peak)
        canvas.restore_region(background)
        title.set_text(text)
        figure.draw_artist(title)
        matrices = (level, resynthesis_level, resynthesis_level - level)
        for image, matrix in zip(images, matrices, strict=True):
            image.set_data(matrix.T)
            image.axes.draw_artist(image)
        yield _encode_png(np.asarray(canvas.buffer_rgba())[..., :3])


def _level(power: np.ndarray, peak: float) -> np.ndarray:
    """Return a power spectrogram in dB, with no more numbers than the panel has pixels."""
    reduced = spectrograms.average_blocks(
        power, rows=int(WIDTH * DPI * (RIGHT - LEFT)), columns=int(HEIGHT * DPI * PANEL_HEIGHT)
    )
    return spectrograms.to_decibels(reduced, peak)


def _draw_panel(
    figure: Figure, name: str, top: float, scale: Scale, extent: tuple[float, float, float, float]
) -> AxesImage:
    axes = figure.add_axes((LEFT, top - PANEL_HEIGHT, RIGHT - LEFT, PANEL_HEIGHT))
    colours = ListedColormap(np.array(spectrograms.list_colours(scale)) / 255)
    image = axes.imshow(
        np.zeros((1, 1)),
        colours,
        vmin=scale.low,
        vmax=scale.high,
        extent=extent,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        animated=True,
    )
    axes.set_title(name, size=9, loc="left", pad=3)
    axes.set_ylabel("frequency (kHz)", size=8)
    axes.tick_params(labelsize=8)
    bar = Colorbar(figure.add_axes((RIGHT + 0.02, top - PANEL_HEIGHT, 0.02, PANEL_HEIGHT)), image)
    bar.set_label("dB", size=8)
    bar.ax.tick_params(labelsize=8)
    return image


def _encode_png(pixels: np.ndarray) -> bytes:
    """Return a PNG with 256 colours, which takes a third of the bytes of full colour."""
    buffer = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels)).quantize(256)
    image.save(buffer, format="PNG", compress_level=9)
    return buffer.getvalue()
