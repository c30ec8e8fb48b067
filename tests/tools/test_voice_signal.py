import numpy as np
import pytest

from tools.voice_signal import (
    HIGHEST_PEAK,
    LEVEL,
    active_level,
    find_pauses,
    set_level,
    shorten_silence,
)

RATE = 16_000


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, round(seconds * RATE))


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


def test_a_pause_is_found():
    samples = np.concatenate([noise(0.5), silence(0.3), noise(0.5)])
    assert find_pauses(samples) == [(8_000, 12_800)]


@pytest.mark.parametrize("pause, kept", [(0.3, 0.3), (1.0, 0.45)])
def test_long_pauses_are_shortened_and_short_ones_stay(pause, kept):
    samples = np.concatenate([noise(0.5), silence(pause), noise(0.5)])
    ((start, stop),) = find_pauses(shorten_silence(samples))
    assert (stop - start) / RATE == pytest.approx(kept, abs=0.011)


@pytest.mark.parametrize("before, after", [(0.5, 0.8), (0.0, 0.03)])
def test_a_tenth_of_a_second_of_silence_is_left_at_both_ends(before, after):
    samples = shorten_silence(np.concatenate([silence(before), noise(0.5), silence(after)]))
    assert len(samples) / RATE == pytest.approx(0.7, abs=0.001)
    assert not samples[:1_590].any()
    assert not samples[-1_590:].any()


def test_recordings_of_different_loudness_get_the_same_level():
    for scale in (0.01, 1.0):
        assert active_level(set_level(scale * noise(1.0))) == pytest.approx(LEVEL)


def test_a_peak_is_not_scaled_beyond_the_highest_one():
    samples = noise(1.0)
    samples[100] = 8.0
    assert np.abs(set_level(samples)).max() == pytest.approx(HIGHEST_PEAK)
