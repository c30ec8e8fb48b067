import numpy as np
import pytest

from sdmvae.dsp import signal


def sine(rate, hertz=440.0, seconds=0.5, amplitude=0.4):
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def test_normalised_samples_have_the_peak_1_and_silence_is_refused():
    samples, peak = signal.normalise(np.array([0.1, -0.5, 0.25]))
    np.testing.assert_allclose(samples, [0.2, -1, 0.5])
    assert peak == 0.5
    with pytest.raises(ValueError, match="silent"):
        signal.normalise(np.zeros(9))


def test_trimming_cuts_both_ends_and_keeps_the_pause():
    quiet = 1e-3 * np.random.default_rng(0).standard_normal(8_000)
    loud = sine(16_000)
    trimmed = signal.trim(np.concatenate([quiet, loud, quiet, loud, quiet]))
    assert 24_000 <= trimmed.size <= 24_000 + 1_024 + 256
    np.testing.assert_allclose(np.abs(trimmed).max(), 0.4, rtol=1e-3)


@pytest.mark.parametrize("decibels", [10.0, 30.0, 60.0])
def test_trimming_follows_the_formula(decibels):
    random = np.random.default_rng(1)
    samples = random.standard_normal(5_001) * np.exp(-(np.linspace(-9, 9, 5_001) ** 2) / 8)
    energy = [
        sum(samples[i] ** 2 for i in range(max(0, 256 * t - 512), min(5_001, 256 * t + 512)))
        for t in range(1 + 5_001 // 256)
    ]
    loud = [t for t, e in enumerate(energy) if 10 * np.log10(e / max(energy)) >= -decibels]
    expected = samples[256 * loud[0] : 256 * (loud[-1] + 1)]
    np.testing.assert_array_equal(signal.trim(samples, decibels=decibels), expected)


@pytest.mark.parametrize("samples", [sine(16_000), np.ones(100), np.zeros(3_000)])
def test_trimming_keeps_a_signal_that_is_equally_loud_throughout(samples):
    np.testing.assert_array_equal(signal.trim(samples), samples)
