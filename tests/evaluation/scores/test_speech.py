"""Tests of the scores of speech."""

import math

import numpy as np
import pesq as p862
import pystoi
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.evaluation.scores.speech import estoi, pesq, pesq_wb, si_sdr, stoi
from tests.support import LIBRISPEECH

RATE = 16_000


def speech(seed=0, seconds=2.0):
    """Return harmonics of a wavering pitch with noise, in syllables with pauses between them."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2 * np.pi * 3 * time)) / RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * time), 0, None)
    samples = syllables * (voice + 0.3 * generator.standard_normal(len(time)))
    return 0.5 * samples / np.abs(samples).max()


def noisy(samples, level, seed=1):
    return samples + level * np.random.default_rng(seed).standard_normal(len(samples))


@pytest.fixture(scope="module", params=["synthetic", "recorded"])
def reference(request):
    if request.param == "synthetic":
        return speech()
    recordings = sorted(LIBRISPEECH.rglob("*.flac"))
    if not recordings:
        pytest.skip("no recorded speech beside the project")
    samples, _ = soundfile.read(recordings[0])
    return samples[: 3 * RATE]


# PESQ


def test_pesq_of_a_copy_is_the_highest_possible(reference):
    assert pesq(reference, reference, RATE) == pytest.approx(4.5, abs=1e-3)
    assert pesq_wb(reference, reference, RATE) == pytest.approx(4.644, abs=1e-3)


@pytest.mark.parametrize(("score", "highest", "lowest"), [(pesq, 4.5, -0.5), (pesq_wb, 4.65, 1)])
def test_pesq_falls_as_noise_rises(reference, score, highest, lowest):
    values = [score(reference, noisy(reference, level), RATE) for level in (1e-3, 1e-2, 1e-1)]
    assert highest > values[0] > values[1] > values[2] >= lowest


@pytest.mark.parametrize("level", [0.0, 1e-3, 1e-2, 0.3])
def test_raw_pesq_maps_forward_to_the_narrow_band_score(level):
    """P.862.1: y = 0.999 + 4 / (1 + exp(-1.4945 x + 4.6607))."""
    clean, degraded = speech(), noisy(speech(), level)
    degraded /= max(1, np.abs(degraded).max())
    forward = 0.999 + 4 / (1 + math.exp(-1.4945 * pesq(clean, degraded, RATE) + 4.6607))
    as_int16 = [(signal * 32767).astype(np.int16) for signal in (clean, degraded)]
    assert forward == pytest.approx(p862.pesq(RATE, *as_int16, "nb"), abs=1e-6)
    wide = p862.pesq(RATE, *as_int16, "wb")
    assert pesq_wb(clean, degraded, RATE) == pytest.approx(wide, abs=1e-6)


@pytest.mark.parametrize(
    ("level", "scale", "expected"),
    [(0.01, 1.0, 2.4915974), (0.05, 2.5, 1.7366095), (0.2, 4.0, 1.5694975)],
)
def test_pesq_is_that_of_the_package_of_the_authors(level, scale, expected):
    """The figures are from pypesq 1.2.4; the estimates of the last two go beyond 1."""
    estimate = scale * noisy(speech(), level)
    assert pesq(speech(), estimate, RATE) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("score", [pesq, pesq_wb])
@pytest.mark.parametrize("scale", [0.2, 0.5, 2.0, 5.0])
def test_pesq_does_not_depend_on_level(score, scale):
    clean, degraded = speech(), noisy(speech(), 0.01)
    expected = score(clean, degraded, RATE)
    assert score(clean, scale * degraded, RATE) == pytest.approx(expected, abs=0.03)
    assert score(scale * clean, degraded, RATE) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("score", [pesq, pesq_wb, stoi, estoi, si_sdr])
def test_a_score_leaves_the_signals_as_they_were(score):
    clean, degraded = speech(), 3 * speech(1)
    copies = clean.copy(), degraded.copy()
    score(clean, degraded, RATE)
    np.testing.assert_array_equal(clean, copies[0])
    np.testing.assert_array_equal(degraded, copies[1])


@pytest.mark.parametrize("score", [pesq, pesq_wb])
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
def test_pesq_that_is_undefined_is_an_error_in_one_line(score, signals):
    with pytest.raises(ValueError, match="PESQ: ") as caught:
        score(*signals, RATE)
    assert len(str(caught.value).splitlines()) == 1


# STOI


@pytest.mark.parametrize("score", [stoi, estoi])
def test_stoi_of_a_copy_is_one_and_falls_with_noise(reference, score):
    assert score(reference, reference, RATE) == pytest.approx(1, abs=1e-6)
    low, high = (score(reference, noisy(reference, level), RATE) for level in (0.1, 0.01))
    assert 1 > high > low > -1


def test_stoi_is_what_the_library_computes_from_signals_at_their_own_rate():
    clean, degraded = speech(), noisy(speech(), 0.02)
    np.random.seed(0)
    plain, extended = (pystoi.stoi(clean, degraded, RATE, extended=flag) for flag in (False, True))
    assert stoi(clean, degraded, RATE) == pytest.approx(plain, abs=1e-12)
    assert estoi(clean, degraded, RATE) == pytest.approx(extended, abs=1e-12)
    assert plain != pytest.approx(extended, abs=1e-3)


@pytest.mark.parametrize("score", [stoi, estoi])
def test_stoi_does_not_depend_on_the_state_of_the_global_generator(score):
    clean, degraded = speech(), noisy(speech(), 0.02)
    values = set()
    for seed in (1, 2, 3):
        np.random.seed(seed)
        np.random.standard_normal(seed)
        values.add(score(clean, degraded, RATE))
    assert len(values) == 1


@pytest.mark.parametrize("score", [stoi, estoi])
def test_stoi_follows_a_signal_that_is_changed_in_place(score):
    """Resampled signals are kept from one score to the next, but only for the same samples."""
    clean, degraded = speech(), noisy(speech(), 0.02)
    first = score(clean, degraded, RATE)
    degraded[:] = noisy(degraded, 0.2)
    assert score(clean, degraded, RATE) < first
    assert score(clean, degraded, RATE) == score(clean, degraded.copy(), RATE)


@pytest.mark.parametrize("score", [stoi, estoi])
@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.35])
def test_stoi_of_too_little_speech_is_an_error_in_one_line(score, seconds):
    short = noisy(np.zeros(round(seconds * RATE)), 0.1)
    with pytest.raises(ValueError) as caught:
        score(short, short, RATE)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("score", [stoi, estoi])
def test_silence_does_not_count_as_speech_for_stoi(score):
    burst = np.concatenate([np.zeros(RATE), noisy(np.zeros(4000), 0.1), np.zeros(RATE)])
    with pytest.raises(ValueError, match="30 frames"):
        score(burst, burst, RATE)


# SI-SDR


def test_si_sdr_follows_the_formula():
    reference, estimate = speech(0), noisy(speech(0), 0.05)
    alpha = np.sum(estimate * reference) / np.sum(reference**2)
    direct = 10 * np.log10(
        np.sum((alpha * reference) ** 2) / np.sum((alpha * reference - estimate) ** 2)
    )
    assert si_sdr(reference, estimate, RATE) == pytest.approx(direct, abs=1e-9)


def test_si_sdr_of_orthogonal_noise_is_its_level():
    reference, noise = np.array([1.0, 1, 1, 1]), np.array([1.0, -1, 1, -1])
    assert si_sdr(reference, reference + 0.1 * noise, RATE) == pytest.approx(20)
    assert si_sdr(reference, reference + noise, RATE) == pytest.approx(0)


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
    expected = si_sdr(reference, estimate, RATE)
    factor = sign * scale
    scaled = {
        "reference": (factor * reference, estimate),
        "estimate": (reference, factor * estimate),
    }[which]
    assert si_sdr(*scaled, RATE) == pytest.approx(expected, abs=1e-6)


def test_si_sdr_at_its_limits():
    reference, silence = speech(), np.zeros(2 * RATE)
    assert si_sdr(reference, reference, RATE) == math.inf
    assert si_sdr(reference, 0.5 * reference, RATE) == math.inf
    assert si_sdr(reference, silence, RATE) == -math.inf
    assert si_sdr(np.array([1.0, 1]), np.array([1.0, -1]), RATE) == -math.inf
    for estimate in (reference, silence):
        with pytest.raises(ValueError, match="reference is silent"):
            si_sdr(silence, estimate, RATE)
