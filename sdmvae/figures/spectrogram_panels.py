"""One utterance through cells as figures: original, resynthesis and their difference."""

import io
from collections.abc import Iterable, Iterator

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

DPI, WIDTH, HEIGHT = 100, 6.4, 6.2  # inches
LEFT, RIGHT, TOPS, TALL = 0.09, 0.86, (0.925, 0.62, 0.315), 0.235  # shares of the figure


def spectrogram_pngs(
    original: np.ndarray,
    resyntheses: Iterable[tuple[str, np.ndarray]],
    *,
    rate: int,
    window: int,
    hop: int,
) -> Iterator[bytes]:
    """A PNG for each title and resynthesis, whose samples (n,) are as many as the original's.

    Levels are in dB below the original's peak, differences are resynthesis less original; both
    powers count as -70 dB at least. What all figures share is drawn once.
    """
    power = spectrograms.power(original, window=window, hop=hop)
    peak = float(power.max())
    level = _level(power, peak)
    with rc_context(rcParamsDefault):  # whatever a user's matplotlibrc says
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        canvas = FigureCanvasAgg(figure)
        extent = (0.0, len(original) / rate, 0.0, rate / 2000)
        names = ("original", "resynthesis", "resynthesis − original")
        images = [
            _panel(figure, name, top, scale, extent)
            for name, top, scale in zip(names, TOPS, (LEVEL, LEVEL, DIFFERENCE), strict=True)
        ]
        images[-1].axes.set_xlabel("time (s)", size=8)
        title = figure.text(LEFT, 0.982, "", size=11, weight="bold", va="center", animated=True)
        canvas.draw()
    shared = canvas.copy_from_bbox(figure.bbox)
    for name, samples in resyntheses:
        made = _level(spectrograms.power(samples, window=window, hop=hop), peak)
        canvas.restore_region(shared)
        title.set_text(name)
        figure.draw_artist(title)
        for image, matrix in zip(images, (level, made, made - level), strict=True):
            image.set_data(matrix.T)
            image.axes.draw_artist(image)
        yield _png(np.asarray(canvas.buffer_rgba())[..., :3])


def _level(power: np.ndarray, peak: float) -> np.ndarray:
    inside = spectrograms.reduced(
        power, rows=int(WIDTH * DPI * (RIGHT - LEFT)), columns=int(HEIGHT * DPI * TALL)
    )
    return spectrograms.decibels(inside, peak)


def _panel(
    figure: Figure, name: str, top: float, scale: Scale, extent: tuple[float, ...]
) -> AxesImage:
    axes = figure.add_axes((LEFT, top - TALL, RIGHT - LEFT, TALL))
    colours = ListedColormap(np.array(spectrograms.palette(scale)) / 255)
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
    bar = Colorbar(figure.add_axes((RIGHT + 0.02, top - TALL, 0.02, TALL)), image)
    bar.set_label("dB", size=8)
    bar.ax.tick_params(labelsize=8)
    return image


def _png(pixels: np.ndarray) -> bytes:
    """With a palette of 256 colours: a third of the bytes."""
    buffer = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels)).quantize(256)
    image.save(buffer, format="PNG", compress_level=9)
    return buffer.getvalue()
