import math

import numpy as np
import pesq as p862
import pystoi
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.evaluation.scores import speech as scores
from tests.support import LIBRISPEECH

RATE = 16_000


def speech(seed=0, seconds=2.0):
    """Harmonics of a wavering pitch and noise, in syllables with pauses between them."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2 * np.pi * 3 * time)) / RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * time), 0, None)
    samples = syllables * (voice + 0.3 * generator.standard_normal(len(time)))
    return 0.5 * samples / np.abs(samples).max()


def noisy(samples, level, seed=1):
    return samples + level * np.random.default_rng(seed).standard_normal(len(samples))


@pytest.fixture(scope="module", params=["made", "recorded"])
def reference(request):
    if request.param == "made":
        return speech()
    recordings = sorted(LIBRISPEECH.rglob("*.flac"))
    if not recordings:
        pytest.skip("no recorded speech beside the project")
    samples, _ = soundfile.read(recordings[0])
    return samples[: 3 * RATE]


# PESQ


def test_pesq_of_a_copy_is_the_highest(reference):
    raw, wide = scores.pesq(reference, reference, RATE)
    assert raw == pytest.approx(4.5, abs=1e-3)
    assert wide == pytest.approx(4.644, abs=1e-3)


def test_pesq_falls_as_noise_rises(reference):
    raw, wide = zip(
        *(scores.pesq(reference, noisy(reference, level), RATE) for level in (1e-3, 1e-2, 1e-1)),
        strict=True,
    )
    assert 4.5 > raw[0] > raw[1] > raw[2] >= -0.5
    assert 4.65 > wide[0] > wide[1] > wide[2] >= 1


@pytest.mark.parametrize("level", [0.0, 1e-3, 1e-2, 0.3])
def test_raw_pesq_maps_forward_to_the_narrow_band_score(level):
    """P.862.1: y = 0.999 + 4 / (1 + exp(-1.4945 x + 4.6607))."""
    clean, degraded = speech(), noisy(speech(), level)
    degraded /= max(1, np.abs(degraded).max())
    raw, wide = scores.pesq(clean, degraded, RATE)
    forward = 0.999 + 4 / (1 + math.exp(-1.4945 * raw + 4.6607))
    as_int16 = [(each * 32767).astype(np.int16) for each in (clean, degraded)]
    assert forward == pytest.approx(p862.pesq(RATE, *as_int16, "nb"), abs=1e-6)
    assert wide == pytest.approx(p862.pesq(RATE, *as_int16, "wb"), abs=1e-6)


@pytest.mark.parametrize("scale", [0.2, 0.5, 2.0, 5.0])
def test_pesq_does_not_depend_on_level(scale):
    clean, degraded = speech(), noisy(speech(), 0.01)
    expected = scores.pesq(clean, degraded, RATE)
    assert scores.pesq(clean, scale * degraded, RATE) == pytest.approx(expected, abs=0.03)
    assert scores.pesq(scale * clean, degraded, RATE) == pytest.approx(expected, abs=0.03)


def test_pesq_leaves_the_signals_as_they_were():
    clean, degraded = speech(), 3 * speech(1)
    copies = clean.copy(), degraded.copy()
    scores.pesq(clean, degraded, RATE)
    np.testing.assert_array_equal(clean, copies[0])
    np.testing.assert_array_equal(degraded, copies[1])


@pytest.mark.parametrize(
    "signals",
    [
        (np.zeros(RATE), speech(seconds=1)),
        (speech(seconds=1), np.zeros(RATE)),
        (np.zeros(RATE), np.zeros(RATE)),
        (speech(seconds=0.2), speech(seconds=0.2)),
    ],
    ids=["silent reference", "silent estimate", "silence", "too short"],
)
def test_pesq_that_is_not_defined_is_an_error_in_one_line(signals):
    with pytest.raises(ValueError, match="PESQ: ") as caught:
        scores.pesq(*signals, RATE)
    assert len(str(caught.value).splitlines()) == 1


# STOI


@pytest.mark.parametrize("extended", [False, True])
def test_stoi_of_a_copy_is_one_and_falls_with_noise(reference, extended):
    def score(estimate):
        return scores.stoi(reference, estimate, RATE)[extended]

    assert score(reference) == pytest.approx(1, abs=1e-6)
    assert 1 > score(noisy(reference, 0.01)) > score(noisy(reference, 0.1)) > -1


def test_both_are_what_the_library_gives_of_signals_at_their_own_rate():
    clean, degraded = speech(), noisy(speech(), 0.02)
    np.random.seed(0)
    expected = [pystoi.stoi(clean, degraded, RATE, extended=each) for each in (False, True)]
    assert scores.stoi(clean, degraded, RATE) == pytest.approx(expected, abs=1e-12)
    assert expected[0] != pytest.approx(expected[1], abs=1e-3)


def test_stoi_is_the_same_whatever_was_drawn_before():
    clean, degraded = speech(), noisy(speech(), 0.02)
    found = set()
    for seed in (1, 2, 3):
        np.random.seed(seed)
        np.random.standard_normal(seed)
        found.add(scores.stoi(clean, degraded, RATE))
    assert len(found) == 1


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.35])
def test_stoi_of_too_little_speech_is_an_error_in_one_line(seconds):
    short = noisy(np.zeros(round(seconds * RATE)), 0.1)
    with pytest.raises(ValueError) as caught:
        scores.stoi(short, short, RATE)
    assert len(str(caught.value).splitlines()) == 1


def test_stoi_counts_speech_not_silence():
    burst = np.concatenate([np.zeros(RATE), noisy(np.zeros(4000), 0.1), np.zeros(RATE)])
    with pytest.raises(ValueError, match="30 frames"):
        scores.stoi(burst, burst, RATE)


# SI-SDR


def test_si_sdr_by_the_formula():
    reference, estimate = speech(0), noisy(speech(0), 0.05)
    alpha = np.sum(estimate * reference) / np.sum(reference**2)
    direct = 10 * np.log10(
        np.sum((alpha * reference) ** 2) / np.sum((alpha * reference - estimate) ** 2)
    )
    assert scores.si_sdr(reference, estimate) == pytest.approx(direct, abs=1e-9)


def test_si_sdr_of_orthogonal_noise_is_its_level():
    reference, noise = np.array([1.0, 1, 1, 1]), np.array([1.0, -1, 1, -1])
    assert scores.si_sdr(reference, reference + 0.1 * noise) == pytest.approx(20)
    assert scores.si_sdr(reference, reference + noise) == pytest.approx(0)


@given(
    seed=st.integers(0, 1000),
    scale=st.floats(1e-6, 1e6),
    sign=st.sampled_from([-1, 1]),
    which=st.sampled_from(["reference", "estimate"]),
)
@settings(max_examples=50, deadline=None)
def test_si_sdr_does_not_depend_on_scale(seed, scale, sign, which):
    generator = np.random.default_rng(seed)
    reference = generator.standard_normal(200)
    estimate = reference + 0.5 * generator.standard_normal(200)
    expected = scores.si_sdr(reference, estimate)
    factor = sign * scale
    scaled = {
        "reference": (factor * reference, estimate),
        "estimate": (reference, factor * estimate),
    }[which]
    assert scores.si_sdr(*scaled) == pytest.approx(expected, abs=1e-6)


def test_si_sdr_at_its_limits():
    reference, silence = speech(), np.zeros(2 * RATE)
    assert scores.si_sdr(reference, reference) == math.inf
    assert scores.si_sdr(reference, 0.5 * reference) == math.inf
    assert scores.si_sdr(reference, silence) == -math.inf
    assert scores.si_sdr(np.array([1.0, 1]), np.array([1.0, -1])) == -math.inf
    for estimate in (reference, silence):
        with pytest.raises(ValueError, match="reference is silent"):
            scores.si_sdr(silence, estimate)
