"""Tests of speech that is rebuilt with the original phase."""

import numpy as np
import pytest
import soundfile
from pesq import pesq

from sdmvae.dsp import audio_file, stft
from sdmvae.evaluation import phase
from tests.support import LIBRISPEECH

WINDOW, HOP, FLOOR = 1024, 256, 1e-6


def spectrogram(shape=(20, 33), seed=0):
    random = np.random.default_rng(seed)
    return random.standard_normal(shape) + 1j * random.standard_normal(shape)


def synthetic_speech(seconds=4.0):
    """Return syllables of a gliding voice with formants, and pauses of digital silence."""
    time = np.arange(round(seconds * audio_file.SAMPLE_RATE)) / audio_file.SAMPLE_RATE
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.6 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / audio_file.SAMPLE_RATE
    formant = 700 + 300 * np.sin(2 * np.pi * 1.1 * time)
    voice = sum(
        np.exp(-(((k * pitch - formant) / 400) ** 2)) * np.sin(k * phase)
        + 0.3 * np.exp(-(((k * pitch - 2200) / 500) ** 2)) * np.sin(k * phase)
        for k in range(1, 30)
    )
    syllables = np.maximum(np.sin(2 * np.pi * 2 * time), 0) * (time % 2 < 1.6)
    return voice * syllables


def recorded_speech():
    """Return the shortest recording of LibriSpeech."""
    path = min(LIBRISPEECH.rglob("*.flac"), key=lambda path: (path.stat().st_size, path.name))
    return audio_file.read(path).samples


def test_the_true_power_gives_back_the_spectrogram():
    x = spectrogram()
    np.testing.assert_allclose(phase.with_phase(np.abs(x) ** 2, x), x, rtol=1e-12)


def test_any_power_gets_the_phase():
    x, y = spectrogram(), spectrogram(seed=1).real ** 2
    estimate = phase.with_phase(y, x)
    np.testing.assert_allclose(np.abs(estimate) ** 2, y, rtol=1e-12)
    np.testing.assert_allclose(np.angle(estimate), np.angle(x), rtol=1e-9)


def test_a_silent_bin_has_phase_0():
    x = spectrogram((2, 5))
    x[1, 2:] = 0
    estimate = phase.with_phase(np.full((2, 5), 4.0), x)
    np.testing.assert_array_equal(estimate[1, 2:], [2, 2, 2])
    np.testing.assert_allclose(np.abs(estimate), 2)


def test_digital_silence_stays_silent():
    x = np.zeros((3, 5), dtype=complex)
    np.testing.assert_array_equal(phase.with_phase(np.zeros((3, 5)), x), x)


def si_sdr(reference, estimate):
    """Return the scale-invariant signal-to-distortion ratio in dB, of signals made zero-mean."""
    reference, estimate = reference - reference.mean(), estimate - estimate.mean()
    target = (estimate @ reference) / (reference @ reference) * reference
    return 10 * np.log10((target @ target) / ((estimate - target) @ (estimate - target)))


@pytest.mark.parametrize("speech", [synthetic_speech, recorded_speech])
def test_the_true_power_sounds_like_the_original(speech):
    if speech is recorded_speech and not LIBRISPEECH.is_dir():
        pytest.skip("there is no sample of LibriSpeech beside the repository")
    samples = speech()
    samples = samples / np.abs(samples).max()
    x = stft.stft(samples, window=WINDOW, hop=HOP)
    y = np.exp(stft.log_power(x, floor=FLOOR))
    estimate = phase.rebuild(y, x, window=WINDOW, hop=HOP, length=len(samples))
    assert pesq(audio_file.SAMPLE_RATE, samples, estimate, "nb") >= 4.4
    assert si_sdr(samples, estimate) >= 60


def test_rebuilt_speech_is_written_with_16_bits(tmp_path):
    samples = np.array([0.5, -0.25, 0.0, 1.5])
    phase.write_speech(tmp_path / "ann" / "first.flac", samples)
    written, rate = soundfile.read(tmp_path / "ann" / "first.wav")
    assert rate == audio_file.SAMPLE_RATE
    np.testing.assert_allclose(written, [0.5, -0.25, 0.0, 1.0], atol=2**-15)
