import io

import numpy as np
import pytest
from matplotlib import rc_context
from PIL import Image

from sdmvae.figures import spectrogram_panels

RATE, WINDOW, HOP = 16_000, 256, 64


def tone(hertz, seconds=0.5):
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def pictures(original, *resyntheses):
    named = [(f"cell-{i}", samples) for i, samples in enumerate(resyntheses)]
    return list(
        spectrogram_panels.draw_spectrograms(original, named, rate=RATE, window=WINDOW, hop=HOP)
    )


def panel(picture, number):
    """Return the colours (rows, columns, 3) inside one of the three panels, without its frame."""
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    height, width = pixels.shape[:2]
    top = 1 - spectrogram_panels.TOPS[number]
    rows = slice(int(top * height) + 3, int((top + spectrogram_panels.PANEL_HEIGHT) * height) - 3)
    return pixels[
        rows, int(spectrogram_panels.LEFT * width) + 3 : int(spectrogram_panels.RIGHT * width) - 3
    ]


def test_the_same_speech_has_no_difference():
    (picture,) = pictures(tone(2000), tone(2000))
    assert (panel(picture, 0) == panel(picture, 1)).mean() > 0.95  # but for a row of pixels
    difference = panel(picture, 2)
    assert (difference == difference[0, 0]).all()
    assert difference[0, 0].min() > 230


def test_a_tone_lies_where_the_axis_says():
    (picture,) = pictures(tone(2000), tone(6000))
    for number, kilohertz in ((0, 2), (1, 6)):
        darkness = -panel(picture, number).sum(axis=2).mean(axis=1)
        found = 8 * (1 - (darkness.argmax() + 0.5) / len(darkness))
        assert found == pytest.approx(kilohertz, abs=0.15)


def test_added_power_is_red_and_missing_power_is_blue():
    (picture,) = pictures(tone(2000), tone(6000))
    difference = panel(picture, 2)
    rows = len(difference)
    added, missing = (difference[int(rows * (1 - each / 8))].mean(axis=0) for each in (6, 2))
    assert added[0] > added[2] + 50
    assert missing[2] > missing[0] + 50


def test_a_picture_has_its_own_title_and_no_trace_of_the_one_before():
    first, second = pictures(tone(2000), tone(6000), tone(6000))
    (again,) = pictures(tone(2000), tone(6000))
    assert first == again != second
    size = Image.open(io.BytesIO(first)).size
    top = int((1 - spectrogram_panels.TOPS[0]) * size[1]) - 20
    one, other = (np.asarray(Image.open(io.BytesIO(each)).convert("L")) for each in (first, second))
    assert (one[:top] != other[:top]).any()
    assert np.abs(one[top:].astype(int) - other[top:]).max() < 8


@pytest.mark.parametrize("samples", [1, 100, 4000])
def test_short_and_silent_speech_is_drawn(samples):
    (picture,) = pictures(np.zeros(samples), np.zeros(samples))
    assert Image.open(io.BytesIO(picture)).size == (640, 620)
    assert len(picture) < 40_000


def test_the_settings_of_a_users_matplotlib_change_nothing():
    expected = pictures(tone(2000), tone(6000))
    with rc_context({"axes.facecolor": "black", "font.size": 20, "xtick.direction": "in"}):
        assert pictures(tone(2000), tone(6000)) == expected
