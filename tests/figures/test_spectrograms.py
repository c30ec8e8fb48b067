import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sdmvae.figures import spectrograms
from sdmvae.figures.spectrograms import Scale

SCALE = Scale("viridis", 0.0, 10.0, 5)


def opened(png):
    return Image.open(io.BytesIO(png))


def test_power_of_a_tone_lies_at_its_frequency():
    time = np.arange(16_000) / 16_000
    power = spectrograms.compute_power(np.sin(2 * np.pi * 1000 * time), window=1024, hop=256)
    assert power.shape == (1 + 16_000 // 256, 513)
    assert power[10].argmax() == 1000 * 1024 // 16_000


def test_decibels_of_a_tenth_and_of_silence():
    found = spectrograms.to_decibels(np.array([5.0, 0.5, 0.0]), 5.0, least=-70)
    np.testing.assert_allclose(found, [0, -10, -70])


def test_a_silent_original_leaves_powers_as_they_are():
    np.testing.assert_allclose(spectrograms.to_decibels(np.array([0.0, 0.01]), 0.0), [-70, -20])


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 20), st.integers(1, 20))
def test_averages_of_blocks_are_no_larger_than_asked_for(height, width, rows, columns):
    matrix = np.random.default_rng(0).random((height, width))
    found = spectrograms.average_blocks(matrix, rows=rows, columns=columns)
    assert found.shape[0] <= rows and found.shape[1] <= columns
    tall, wide = -(-height // rows), -(-width // columns)
    np.testing.assert_allclose(found[0, 0], matrix[:tall, :wide].mean())
    last = matrix[(found.shape[0] - 1) * tall :, (found.shape[1] - 1) * wide :]
    np.testing.assert_allclose(found[-1, -1], last.mean())


def test_a_picture_has_low_frequency_at_the_bottom_and_time_to_the_right():
    matrix = np.zeros((3, 2))
    matrix[2, 0] = 10
    image = opened(spectrograms.encode_picture(matrix, SCALE))
    assert (image.mode, image.size) == ("P", (3, 2))
    brightest = spectrograms.list_colours(SCALE)[-1]
    found = np.asarray(image.convert("RGB"))
    assert np.argwhere((found == brightest).all(axis=2)).tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("value", "step"), [(-1e9, 0), (0.0, 0), (1.99, 0), (2.01, 1), (9.99, 4), (10.0, 4), (1e9, 4)]
)
def test_steps_are_equal_and_end_at_the_ends(value, step):
    image = opened(spectrograms.encode_picture(np.array([[value]]), SCALE)).convert("RGB")
    assert image.getpixel((0, 0)) == spectrograms.list_colours(SCALE)[step]


def test_nan_is_grey():
    image = opened(spectrograms.encode_picture(np.array([[np.nan, 1.0]]), SCALE)).convert("RGB")
    assert image.getpixel((0, 1)) == spectrograms.NOT_A_NUMBER


def test_the_same_matrix_gives_the_same_bytes():
    matrix = np.random.default_rng(1).random((50, 60)) * 10
    first = spectrograms.encode_picture(matrix, SCALE)
    assert first == spectrograms.encode_picture(np.asfortranarray(matrix), SCALE)


@pytest.mark.parametrize("scale", [spectrograms.LEVEL], ids=["level"])
def test_levels_grow_evenly_darker_in_grey(scale):
    grey = [np.dot((0.299, 0.587, 0.114), each) for each in spectrograms.list_colours(scale)]
    assert (np.diff(grey) < 0).all()


def test_a_difference_of_zero_is_nearly_white():
    middle = spectrograms.list_colours(spectrograms.DIFFERENCE)[spectrograms.DIFFERENCE.steps // 2]
    assert min(middle) > 240
