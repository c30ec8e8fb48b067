import numpy as np
import pytest

from sdmvae.probes.pitch import track_pitch

RATE, HOP = 16_000, 256


def harmonics(pitch, seconds=1.0):
    """A sum of 20 harmonics whose F0 is `pitch` in Hz, a number or one for each sample."""
    count = int(seconds * RATE)
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, count)) / RATE
    return sum(np.sin(k * phase) / k for k in range(1, 21)) / 4


@pytest.mark.parametrize("pitch", [90.0, 220.0, 400.0])
def test_the_pitch_of_harmonics_is_found(pitch):
    found = track_pitch(harmonics(pitch), rate=RATE, hop=HOP)
    inner = found[5:-5]
    assert (inner > 0).all()
    assert np.allclose(inner, pitch, rtol=0.01)


def test_each_value_belongs_to_the_centre_of_its_frame():
    pitch = np.linspace(100, 300, 2 * RATE)
    found = track_pitch(harmonics(pitch, 2.0), rate=RATE, hop=HOP)
    inner = np.arange(10, len(found) - 10)
    assert np.allclose(found[inner], pitch[inner * HOP], rtol=0.03)


def test_noise_has_few_voiced_frames():
    noise = 0.1 * np.random.default_rng(0).standard_normal(RATE)
    assert (track_pitch(noise, rate=RATE, hop=HOP) > 0).mean() < 0.2


@pytest.mark.parametrize("samples", [1024, 16_000, 16_128, 16_383, 16_384])
@pytest.mark.parametrize("hop", [64, 256, 333])
def test_there_is_one_value_for_each_frame_of_the_transform(samples, hop):
    found = track_pitch(harmonics(150.0, 2.0)[:samples], rate=RATE, hop=hop)
    assert found.shape == (1 + samples // hop,)
