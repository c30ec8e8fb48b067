"""The phase that is made: of a sine, and how close the spectrogram comes."""

import numpy as np
from scipy import signal

from sdmvae.codes import griffin_lim as module
from sdmvae.dsp import stft

WINDOW, HOP, RATE = 512, 128, 16_000


def powers(samples):
    return stft.power(stft.stft(samples, window=WINDOW, hop=HOP))


def griffin_lim(power, **options):
    return module.griffin_lim(power, window=WINDOW, hop=HOP, **options)


def test_a_sine_keeps_its_frequency_and_its_level():
    time = np.arange(RATE // 2) / RATE
    made = griffin_lim(powers(0.5 * np.sin(2 * np.pi * 1_234 * time)), length=8_000)
    middle = made[1_000:-1_000]
    frequencies, density = signal.periodogram(middle, RATE, window="hann", nfft=2**16)
    assert abs(frequencies[density.argmax()] - 1_234) < 2
    assert 0.45 < np.sqrt(2 * (middle**2).mean()) < 0.55


def test_more_steps_bring_the_powers_closer():
    chirp = signal.chirp(np.arange(RATE // 2) / RATE, 300, 0.5, 3_000)
    wanted = np.sqrt(powers(chirp))

    def distance(iterations):
        made = griffin_lim(wanted**2, length=8_000, iterations=iterations)
        return np.linalg.norm(np.sqrt(powers(made)) - wanted) / np.linalg.norm(wanted)

    none, few, usual = (distance(number) for number in (0, 10, 60))
    assert usual < few < none and usual < 0.15


def test_the_seed_decides():
    power = powers(np.random.default_rng(0).standard_normal(4_100))
    first, again, other = (
        griffin_lim(power, length=4_100, seed=seed, iterations=2) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert len(first) == 4_100 and not np.array_equal(first, other)
