import math
from itertools import repeat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from sdmvae.dsp import blocks


def divided(samples, seed, parts=5):
    """Return a signal in blocks of random lengths, some of which are empty."""
    cuts = np.random.default_rng(seed).integers(0, len(samples) + 1, parts)
    return np.split(samples, np.sort(cuts))


@given(
    st.integers(0, 50),
    st.lists(st.integers(1, 9), max_size=9),
    st.integers(0, 9),
)
@settings(max_examples=100, deadline=None)
def test_regrouped_blocks_have_the_lengths_and_the_same_samples(size, lengths, seed):
    samples = np.arange(float(size))
    regrouped = list(blocks.regroup(divided(samples, seed), lengths))
    np.testing.assert_array_equal(np.concatenate([[], *regrouped]), samples)
    full = [len(block) for block in regrouped[:-1]]
    assert full == lengths[: len(full)]
    if regrouped:
        assert len(regrouped) > len(lengths) or 0 < len(regrouped[-1]) <= lengths[len(full)]


def test_blocks_are_taken_only_as_they_are_needed():
    def endless():
        yield from repeat(np.ones(3))

    regrouped = blocks.regroup(endless(), repeat(4))
    assert [len(next(regrouped)) for _ in range(5)] == [4] * 5


@pytest.mark.parametrize(
    "rate",
    [
        *(1_000, 7_919, 8_000, 11_025, 12_000, 16_001, 22_050, 24_000),
        *(32_000, 44_100, 44_101, 48_000, 88_200, 96_000, 192_000),
    ],
)
def test_resampled_blocks_are_those_of_the_whole_signal_bit_for_bit(rate, monkeypatch):
    monkeypatch.setattr(blocks, "_LENGTH", 1_000)
    divisor = math.gcd(rate, 16_000)
    random = np.random.default_rng(rate)
    for size in (1, 100, 5_000, int(random.integers(5_000, 60_000))):
        samples = random.standard_normal(size)
        resampled = np.concatenate([*blocks.resample(divided(samples, size), rate, 16_000)])
        expected = resample_poly(samples, 16_000 // divisor, rate // divisor)
        np.testing.assert_array_equal(resampled, expected, strict=True)


def test_a_signal_of_the_target_rate_passes_as_it_is():
    samples = np.random.default_rng(0).standard_normal(100)
    passed = np.concatenate([*blocks.resample(divided(samples, 0), 16_000, 16_000)])
    np.testing.assert_array_equal(passed, samples)


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_no_samples_stay_no_samples(rate):
    assert list(blocks.resample([], rate, 16_000)) == []
