import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.dsp import stft

WINDOW, HOP = 1024, 256


def noise(length, seed=0):
    return np.random.default_rng(seed).standard_normal(length)


def torch_window(length):
    return torch.from_numpy(stft.sine_window(length))


@st.composite
def settings_of_a_signal(draw):
    window = draw(st.sampled_from([16, 64, 250, 1024]))
    hop = draw(st.integers(max(1, window // 16), window // 2))
    return window, hop, draw(st.integers(1, 5000))


@pytest.mark.parametrize(("window", "hop"), [(WINDOW, HOP), (64, 16), (64, 27), (16, 8)])
@pytest.mark.parametrize("length", [600, 1024, 4999])
def test_the_transform_is_that_of_torch_centred_and_reflected(window, hop, length):
    samples = noise(length)
    expected = torch.stft(
        torch.from_numpy(samples),
        window,
        hop,
        window=torch_window(window),
        center=True,
        pad_mode="reflect",
        return_complex=True,
    ).T.numpy()
    spectrogram = stft.stft(samples, window=window, hop=hop)
    assert spectrogram.shape == expected.shape
    np.testing.assert_allclose(spectrogram, expected, rtol=0, atol=1e-10)


@given(settings_of_a_signal())
def test_log_power_frames_are_the_log_power_of_the_spectrogram_bit_for_bit(case):
    window, hop, length = case
    samples = noise(length) * np.repeat([1, 0], [length // 2, length - length // 2])
    spectrogram = stft.stft(samples, window=window, hop=hop)
    direct = stft.log_power_frames(samples, window=window, hop=hop, floor=1e-6)
    assert direct.dtype == np.float32
    np.testing.assert_array_equal(direct, stft.log_power(spectrogram, floor=1e-6))


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros((2, 3))])
def test_log_power_frames_refuse_the_same_signals_as_the_transform(samples):
    with pytest.raises(ValueError, match="one dimension"):
        stft.log_power_frames(samples, window=WINDOW, hop=HOP, floor=1e-6)


@pytest.mark.parametrize(("window", "hop"), [(WINDOW, HOP), (64, 27), (16, 8)])
def test_the_inverse_is_that_of_torch_also_when_no_signal_has_the_spectrogram(window, hop):
    length = 3001
    random = np.random.default_rng(1)
    spectrogram = stft.stft(noise(length), window=window, hop=hop)
    spectrogram = spectrogram * random.uniform(0.1, 2, spectrogram.shape)
    expected = torch.istft(
        torch.from_numpy(spectrogram.T.copy()),
        window,
        hop,
        window=torch_window(window),
        center=True,
        length=length,
    ).numpy()
    samples = stft.istft(spectrogram, window=window, hop=hop, length=length)
    np.testing.assert_allclose(samples, expected, rtol=0, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(settings_of_a_signal())
def test_the_inverse_gives_the_signal_back(case):
    window, hop, length = case
    samples = noise(length, seed=length)
    spectrogram = stft.stft(samples, window=window, hop=hop)
    assert spectrogram.shape == (1 + length // hop, window // 2 + 1)
    back = stft.istft(spectrogram, window=window, hop=hop, length=length)
    assert back.shape == (length,)
    np.testing.assert_allclose(back, samples, rtol=0, atol=1e-6)


def test_the_window_is_half_a_period_of_a_sine_between_samples():
    expected = [np.sin(np.pi / 8), np.sin(3 * np.pi / 8)]
    np.testing.assert_allclose(stft.sine_window(4), [*expected, *reversed(expected)])


def test_squared_windows_add_up_to_a_constant():
    squared = stft.sine_window(WINDOW) ** 2
    np.testing.assert_allclose(squared.reshape(-1, HOP).sum(axis=0), 2)


def test_a_tone_is_in_its_bin():
    samples = np.cos(2 * np.pi * 100 * np.arange(8192) / WINDOW)
    magnitude = np.abs(stft.stft(samples, window=WINDOW, hop=HOP))
    assert (magnitude[4:-4].argmax(axis=1) == 100).all()
    assert magnitude[10, 100] == pytest.approx(stft.sine_window(WINDOW).sum() / 2, rel=1e-3)


def test_power_is_the_squared_magnitude_and_leaves_the_spectrogram_as_it_is():
    spectrogram = np.array([[3 + 4j, 0], [1e-4, -2j]])
    before = spectrogram.copy()
    np.testing.assert_allclose(stft.power(spectrogram), [[25, 0], [1e-8, 4]])
    np.testing.assert_array_equal(spectrogram, before)


def test_log_power_is_the_logarithm_of_the_power_or_of_the_floor():
    spectrogram = np.array([[3 + 4j, 0, 1e-4, -2j]])
    expected = np.log([[25, 1e-6, 1e-6, 4]])
    np.testing.assert_allclose(stft.log_power(spectrogram, floor=1e-6), expected)


def test_silence_has_the_power_of_the_floor():
    silence = stft.stft(np.zeros(3000), window=WINDOW, hop=HOP)
    np.testing.assert_allclose(stft.log_power(silence, floor=1e-6), np.log(1e-6), rtol=1e-6)


@pytest.mark.parametrize("shape", [(0,), (2, 500), ()])
def test_an_empty_or_not_one_dimensional_signal_is_refused(shape):
    with pytest.raises(ValueError, match="a signal has one dimension"):
        stft.stft(np.zeros(shape), window=16, hop=4)


@pytest.mark.parametrize(("length", "window"), [(104, 16), (95, 16), (100, 32)])
def test_a_spectrogram_of_another_length_is_refused(length, window):
    spectrogram = stft.stft(noise(100), window=16, hop=4)
    with pytest.raises(ValueError, match=f"{length} samples have a spectrogram of"):
        stft.istft(spectrogram, window=window, hop=4, length=length)
